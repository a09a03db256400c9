package gradus.kernel.reduce;

import gradus.formula.Expr;
import gradus.kernel.array.Strided;
import gradus.kernel.compile.Compute;
import java.util.List;

/** Sum, product, minimum or maximum over some dimensions of an array. */
public final class Reduce {
  private static final int NONE = Integer.MIN_VALUE;

  private Reduce() {}

  /**
   * {@code out[k] = fold over r of x[k, r]}: the first dimensions of x are those of the result, the
   * others are folded, in the order in which the law counts.
   *
   * @param x float, double, long, int or byte (0 to 255)
   * @param out float or double like x; for integers long, or for minima and maxima the type of x.
   *     Over no elements: 0, 1, infinity, -infinity
   */
  public static void run(Reducer fold, Strided x, Strided out) {
    if (small(fold, x, out)) {
      return;
    }
    boolean narrow = out.array() instanceof int[] || out.array() instanceof byte[];
    Strided to = narrow ? Strided.dense(new long[out.count()], 0, out.sizes()) : out;
    new Reduction(fold, ReductionInput.of(x, to), new Strided[] {x}, to).run();
    if (narrow) {
      ReductionInput.of(to, out).stage(new Strided[] {to}, out);
    }
  }

  /**
   * {@code outs[i][k] = fold over r of maps[i](operands[k, r])}, for all maps in one pass over the
   * operands; what they map to is never stored. The arithmetic is that of the type of the outs.
   *
   * @param maps formulas of the operands by index
   * @param settings the values of the maps' settings, by index
   * @param operands of any type and one shape, at least one; dimensions as in {@link #run(Reducer,
   *     Strided, Strided)}
   */
  public static void run(
      Reducer fold, List<Expr> maps, double[] settings, Strided[] operands, Strided... outs) {
    Strided first = operands[0];
    boolean alone = operands.length == 1 && outs.length == 1;
    if (alone
        && maps.getFirst() == Expr.arg(0)
        && first.array().getClass() == outs[0].array().getClass()) {
      run(fold, first, outs[0]);
      return;
    }
    ReductionInput source =
        ReductionInput.of(MappedFormulas.of(maps, operands.length), settings, operands, outs[0]);
    new Reduction(fold, source, operands, outs).run();
  }

  /**
   * Reduces at once what is small and has one stride over the reduced elements and one over the
   * results: in small networks the setting up of a {@link Reduction} would cost more than its
   * loops.
   *
   * @return whether it did
   */
  private static boolean small(Reducer fold, Strided x, Strided out) {
    int rank = out.rank();
    int results = out.count();
    long elements = (long) results * x.count(rank, x.rank());
    if (elements == 0
        || elements > PairwiseTree.STAGE
        || x.array().getClass() != out.array().getClass()
        || Compute.of(out.array()) == Compute.LONG) {
      return false;
    }
    PairwiseTree lanes = PairwiseTree.of(out.array());
    int n = (int) (elements / results);
    if (rank == 1 && x.rank() == 2 && (x.stride(1) == 1 || n == 1) && n <= PairwiseTree.BLOCK) {
      lanes.along(fold, x, out);
      return true;
    }
    int step = stride(x, rank, x.rank());
    int next = stride(x, 0, rank);
    int os = stride(out, 0, rank);
    if (step == NONE || next == NONE || os == NONE) {
      return false;
    }
    Strided to = rank == 1 ? out : Strided.vector(out.array(), out.offset(), results, os);
    boolean along = step == 1 || n == 1;
    if (along && n > PairwiseTree.BLOCK && results == 1) {
      Strided partial = Strided.scratch(out.array(), Math.ceilDiv(n, PairwiseTree.BLOCK));
      lanes.blocks(fold, Strided.vector(x.array(), x.offset(), n, 1), partial);
      lanes.along(fold, partial.expand(1, partial.size(0)), to);
      partial.release();
      return true;
    }
    if (n > PairwiseTree.BLOCK) {
      return false;
    }
    if (along) {
      lanes.along(fold, Strided.matrix(x.array(), x.offset(), results, n, next, 1), to);
      return true;
    }
    if (next == 1 && (results >= 16 || step == results)) {
      lanes.down(fold, Strided.matrix(x.array(), x.offset(), n, results, step, 1), to);
      return true;
    }
    return false;
  }

  /** The stride with which these dimensions together walk in row-major order, or NONE. */
  private static int stride(Strided of, int from, int to) {
    int inner = 1;
    int next = NONE;
    for (int d = to - 1; d >= from; d--) {
      if (of.size(d) == 1) {
        continue;
      }
      if (next == NONE) {
        inner = of.stride(d);
      } else if (of.stride(d) != next) {
        return NONE;
      }
      next = of.stride(d) * of.size(d);
    }
    return inner;
  }
}
