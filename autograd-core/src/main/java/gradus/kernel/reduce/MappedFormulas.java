package gradus.kernel.reduce;

import gradus.formula.Expr;
import gradus.kernel.array.Strided;
import gradus.kernel.compile.ElementwiseKernel;
import gradus.kernel.threads.RecentCache;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/** Formulas of the same operands whose values are folded in one pass over them. */
final class MappedFormulas {
  private record Key(List<Expr> maps, int operands) {
    Key copy() {
      return new Key(List.copyOf(maps), operands);
    }
  }

  /** Entries of a generation. */
  private static final int RECENT = 512;

  private static final RecentCache<Key, MappedFormulas> KNOWN =
      new RecentCache<>(RECENT, Key::copy, key -> new MappedFormulas(key.maps, key.operands));

  /** The operand as it is. */
  static final MappedFormulas ITSELF = of(List.of(Expr.arg(0)), 1);

  /** Formulas with more nodes, eight times over, make a loop that is long to compile. */
  private static final int MOST_NODES = 16;

  /** Arrays that one loop can tell apart. */
  private static final int MOST_SLOTS = 62;

  private static final int MOST_MEMBERS = 8;

  /** Functions that one loop over neighbouring members computes, not counting the folds. */
  private static final int MOST_FUNCTIONS = 128;

  private final List<Expr> maps;
  private final int operands;
  private final ElementwiseKernel kernel;
  private final int cost;
  private final boolean simple;
  private final ConcurrentHashMap<Step, ElementwiseKernel> steps = new ConcurrentHashMap<>();

  /**
   * A step of the tree over so many members.
   *
   * @param same bit a: the members find operand a in the same place
   * @param apart from one member to the next in all other operands; 0 if it is not one distance
   */
  private record Step(Reducer fold, int members, long same, int apart) {}

  private MappedFormulas(List<Expr> maps, int operands) {
    this.maps = maps;
    this.operands = operands;
    this.kernel = ElementwiseKernel.of(maps);
    List<Expr> nodes = Expr.nodes(maps);
    this.cost = 1 + nodes.size();
    this.simple =
        nodes.size() <= MOST_NODES
            && MOST_MEMBERS * operands + maps.size() <= MOST_SLOTS
            && nodes.stream().allMatch(e -> e.fn().isPrimitive());
  }

  /** These formulas of so many operands. */
  static MappedFormulas of(List<Expr> maps, int operands) {
    return KNOWN.get(new Key(maps, operands));
  }

  int cost() {
    return cost;
  }

  /** How many members of a stretch without gaps, each a vector or two, to fold in one loop. */
  int neighbours() {
    int n = PairwiseTree.BLOCK / Reduction.VECTOR;
    while (n > MOST_MEMBERS && n * cost > MOST_FUNCTIONS) {
      n /= 2;
    }
    return n;
  }

  /** Whether the formulas are short enough to be computed for several members at once. */
  boolean areSimple() {
    return simple;
  }

  /** Computes the formulas on a box: the operands' views of it, and one for each value. */
  void stage(double[] settings, Strided[] from, Strided... to) {
    var all = new Strided[to.length + operands];
    System.arraycopy(to, 0, all, 0, to.length);
    System.arraycopy(from, 0, all, to.length, operands);
    kernel.run(settings, all);
  }

  /** As {@link ReductionInput#halve}. */
  void halve(Reducer fold, double[] settings, Strided[] from, int[][] members, Strided... to) {
    int count = members[0].length;
    int apart = BlockSplit.apart(members);
    long same = 0;
    int slots = to.length;
    for (int a = 0; a < operands; a++) {
      boolean fixed = areZero(members[a]);
      same |= fixed ? 1L << a : 0;
      slots += fixed || apart > 0 ? 1 : count;
    }
    var all = new Strided[slots];
    System.arraycopy(to, 0, all, 0, to.length);
    int slot = to.length;
    for (int a = 0; a < operands; a++) {
      int places = apart > 0 || (same >>> a & 1) != 0 ? 1 : count;
      for (int k = 0; k < places; k++) {
        all[slot++] = from[a].from(from[a].offset() + members[a][k]);
      }
    }
    step(new Step(fold, count, same, apart)).run(settings, all);
  }

  private static boolean areZero(int[] members) {
    for (int m : members) {
      if (m != 0) {
        return false;
      }
    }
    return true;
  }

  private ElementwiseKernel step(Step step) {
    ElementwiseKernel known = steps.get(step);
    return known != null ? known : steps.computeIfAbsent(step, this::kernel);
  }

  private ElementwiseKernel kernel(Step step) {
    int n = step.members;
    var places = new Expr[n][operands];
    int slot = 0;
    for (int a = 0; a < operands; a++) {
      boolean fixed = (step.same >>> a & 1) != 0;
      for (int k = 0; k < n; k++) {
        places[k][a] = Expr.arg(fixed ? slot : slot + k);
      }
      slot += fixed && step.apart == 0 ? 1 : n;
    }
    var trees = new ArrayList<Expr>();
    for (Expr map : maps) {
      var leaves = new Expr[n];
      for (int k = 0; k < n; k++) {
        leaves[k] = map.substitute(places[k]);
      }
      trees.add(tree(step.fold, leaves, 0, 1));
    }
    return step.apart == 0
        ? ElementwiseKernel.of(trees)
        : ElementwiseKernel.of(trees, n, step.apart);
  }

  /** Halving over the leaves {@code first}, {@code first + step} and so on. */
  private static Expr tree(Reducer fold, Expr[] leaves, int first, int step) {
    if (step == leaves.length) {
      return leaves[first];
    }
    Expr a = tree(fold, leaves, first, 2 * step);
    Expr b = tree(fold, leaves, first + step, 2 * step);
    return switch (fold) {
      case SUM -> a.add(b);
      case PROD -> a.mul(b);
      case MIN -> a.min(b);
      case MAX -> a.max(b);
    };
  }
}
