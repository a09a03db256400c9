package gradus.kernel.reduce;

import gradus.kernel.array.Strided;
import gradus.kernel.compile.Compute;
import gradus.kernel.index.Parts;
import gradus.kernel.threads.Scratch;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One reduction, cut into units of work: some neighbouring results, over one or several blocks of
 * the reduced elements. An element may have several values, which are folded side by side.
 *
 * <p>With more than one block, each (result, block) first becomes an element of a partial array,
 * which is then reduced in turn.
 */
final class Reduction {
  /** Rows with fewer elements than this have no whole vectors. */
  static final int VECTOR = 16;

  /** Halvings that are taken before anything is stored leave an eighth to store. */
  private static final int MEMBERS = 8;

  final Reducer fold;
  final ReductionInput source;

  /** The kept dimensions of the operands, then the results. */
  final Strided[] kept;

  /** The reduced dimensions of the operands; they begin where the kept ones do. */
  final Strided[] reduced;

  final PairwiseTree lanes;

  /** The number of reduced elements per result, and of their blocks. */
  private final int count;

  private final int blocks;

  /** Whether the reduced elements are dense rather than the results. */
  final boolean along;

  /** Whether the operand can be folded where it lies. */
  final boolean direct;

  /**
   * The whole blocks, and the last one if it is smaller; null if to be staged element by element.
   */
  final @Nullable BlockSplit whole;

  final @Nullable BlockSplit last;

  Reduction(Reducer fold, ReductionInput source, Strided[] operands, Strided... outs) {
    int n = operands.length;
    int rank = outs[0].rank();
    int lead = lead(operands);
    Strided[] results = new Strided[n + outs.length];
    Strided[] folded = new Strided[n];
    for (int a = 0; a < n; a++) {
      results[a] = operands[a].leading(rank);
      folded[a] = operands[a].trailing(rank);
    }
    System.arraycopy(outs, 0, results, n, outs.length);
    this.fold = fold;
    this.source = source;
    this.kept = Strided.sorted(lead, results);
    this.reduced = Strided.merged(folded);
    this.lanes = PairwiseTree.of(outs[0].array());
    this.count = reduced[0].count();
    this.blocks = Math.ceilDiv(count, PairwiseTree.BLOCK);
    this.along =
        reduced[0].rank() > 0 && (kept[0].rank() == 0 || step(reduced[lead]) <= step(kept[lead]));
    this.direct = source.isPlain() && reduced[0].rank() <= 1 && isDense();
    boolean cuts = !direct && source.halves() && count > 0;
    this.whole = cuts && count >= PairwiseTree.BLOCK ? cut(PairwiseTree.BLOCK) : null;
    this.last = cuts && count % PairwiseTree.BLOCK > 0 ? cut(count % PairwiseTree.BLOCK) : null;
  }

  /** The operand with the most elements, which decides how the work is cut. */
  private static int lead(Strided[] operands) {
    int lead = 0;
    long most = -1;
    for (int a = 0; a < operands.length; a++) {
      long n = 1;
      for (int d = 0; d < operands[a].rank(); d++) {
        n *= operands[a].stride(d) == 0 ? 1 : operands[a].size(d);
      }
      if (n > most) {
        most = n;
        lead = a;
      }
    }
    return lead;
  }

  private static int step(Strided of) {
    int stride = Math.abs(of.innerStride());
    return stride == 0 ? Integer.MAX_VALUE : stride;
  }

  private boolean isDense() {
    int step = reduced[0].innerStride();
    int width = kept[0].innerSize();
    return along ? step == 1 : kept[0].innerStride() == 1 && (width >= VECTOR || step == width);
  }

  /** A cut of blocks of n elements whose loops are worth it. */
  private @Nullable BlockSplit cut(int n) {
    boolean even = Integer.bitCount(n) == 1;
    if (along) {
      int most = even ? n / VECTOR : 1;
      BlockSplit cut = along(n, Math.min(source.terms().neighbours(), most));
      if (cut == null || cut.count() > MEMBERS && BlockSplit.apart(cut.members()) == 0) {
        cut = along(n, Math.min(MEMBERS, most));
      }
      return cut;
    }
    boolean wide = kept[0].innerSize() >= VECTOR && n >= MEMBERS;
    for (int a = 0; a < reduced.length; a++) {
      wide &= (kept[a].innerStride() & ~1) == 0;
    }
    return even && wide ? BlockSplit.of(reduced, n / MEMBERS, MEMBERS) : null;
  }

  private @Nullable BlockSplit along(int n, int members) {
    BlockSplit cut = members > 1 ? BlockSplit.of(reduced, n / members, members) : null;
    return cut != null && cut.isDense(VECTOR) ? cut : null;
  }

  void run() {
    Strided[] outs = Arrays.copyOfRange(kept, reduced.length, kept.length);
    int results = outs[0].count();
    if (results == 0 || count == 0) {
      fillEmpty(outs);
    } else if (blocks == 1) {
      fold(outs, 0);
    } else {
      int blockStride = along ? 1 : results;
      int[] dense = Strided.rowMajor(outs[0].sizes());
      for (int d = 0; d < dense.length; d++) {
        dense[d] *= along ? blocks : 1;
      }
      Strided[] partial = new Strided[outs.length];
      for (int v = 0; v < outs.length; v++) {
        Object array = Compute.of(outs[0].array()).newArray(Math.multiplyExact(results, blocks));
        partial[v] = new Strided(array, 0, outs[0].sizes(), dense);
      }
      fold(partial, blockStride);
      for (int v = 0; v < outs.length; v++) {
        Reduce.run(fold, partial[v].inner(blocks, blockStride), outs[v]);
      }
    }
  }

  private void fillEmpty(Strided[] outs) {
    for (Strided out : outs) {
      for (int i = 0; i < out.count(); i++) {
        switch (out.array()) {
          case float[] y -> y[out.at(i)] = (float) fold.identity();
          case double[] y -> y[out.at(i)] = fold.identity();
          case long[] y -> y[out.at(i)] = (long) fold.identity();
          default -> throw new AssertionError(out);
        }
      }
    }
  }

  /** Folds every block of every result; the blocks of a result are {@code blockStride} apart. */
  private void fold(Strided[] to, int blockStride) {
    int rank = to[0].rank();
    int outer = to[0].count(0, rank - 1);
    int inner = to[0].innerSize();
    BlockSplit cut = whole == null && blocks == 1 ? last : whole;
    int shrinks =
        cut != null
            ? Math.min(cut.count(), MEMBERS)
            : direct && count >= PairwiseTree.BLOCK ? MEMBERS : 1;
    int most = shrinks * PairwiseTree.STAGE; // of what is stored, not more than a stage
    boolean all = along && count <= most;
    int group =
        !along
            ? 1
            : all
                ? blocks
                : whole == null
                    ? most / PairwiseTree.BLOCK
                    : whole.group(most / PairwiseTree.BLOCK);
    int elements = along ? count : Math.min(count, PairwiseTree.BLOCK);
    int tile = along && !all ? 1 : Math.clamp(most / elements, 1, inner);
    int tiles = Math.ceilDiv(inner, tile);
    int groups = Math.ceilDiv(blocks, group);
    int units = outer * tiles * groups;
    long cost = Math.min(count, (long) group * PairwiseTree.BLOCK) * tile * source.cost();
    Parts.run(
        units,
        cost,
        (begin, end) -> {
          Object[] stages = new Object[direct ? 0 : to.length];
          Arrays.setAll(stages, v -> Scratch.like(to[v].array(), PairwiseTree.STAGE));
          for (int u = begin; u < end; u++) {
            int b = u % groups * group;
            int t = u / groups % tiles * tile;
            int o = u / groups / tiles;
            int width = Math.min(tile, inner - t);
            int[] at = new int[reduced.length];
            for (int a = 0; a < at.length; a++) {
              at[a] = place(kept[a], o, t);
            }
            Strided[] put = new Strided[to.length];
            for (int v = 0; v < put.length; v++) {
              int first = place(to[v], o, t) + b * blockStride;
              put[v] = Strided.vector(to[v].array(), first, width, to[v].innerStride());
            }
            int lo = b * PairwiseTree.BLOCK;
            int hi = Math.min(count, lo + group * PairwiseTree.BLOCK);
            new ReductionTask(this, at, put, blockStride, stages).run(lo, hi);
          }
          for (Object stage : stages) {
            Scratch.release(stage);
          }
        });
  }

  private static int place(Strided of, int outer, int inner) {
    return of.offset() + of.distance(outer, of.rank() - 1) + inner * of.innerStride();
  }
}
