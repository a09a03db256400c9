package gradus.kernel.reduce;

import gradus.formula.Expr;
import gradus.kernel.compile.Compute;
import gradus.kernel.index.Dims;
import java.util.Arrays;
import java.util.List;

/** Sum, product, minimum or maximum over some dimensions of an array. */
public final class Reduce {
  private Reduce() {}

  /**
   * {@code out[k] = fold over r of x[k, r]}.
   *
   * @param keptSizes the sizes of the dimensions that stay
   * @param reducedSizes the sizes of those that are folded, in the order in which the law counts
   * @param x an array of float, double, long, int or byte (0 to 255)
   * @param out float or double like x; for integers long, or for minima and maxima the type of x.
   *     Over no elements: 0, 1, infinity, -infinity
   */
  public static void run(
      Fold fold,
      int[] keptSizes,
      int[] reducedSizes,
      Object x,
      int xOffset,
      int[] xKeptStrides,
      int[] xReducedStrides,
      Object out,
      int outOffset,
      int[] outKeptStrides) {
    if (small(
        fold,
        keptSizes,
        reducedSizes,
        x,
        xOffset,
        xKeptStrides,
        xReducedStrides,
        out,
        outOffset,
        outKeptStrides)) {
      return;
    }
    boolean narrow = out instanceof int[] || out instanceof byte[];
    int[] dense = narrow ? Dims.dense(keptSizes) : outKeptStrides;
    Object to = narrow ? new long[new Dims(keptSizes, new int[0][]).count()] : out;
    new Reduction(
            fold,
            Source.of(x),
            new int[] {xOffset},
            keptSizes,
            new int[][] {xKeptStrides, dense},
            reducedSizes,
            new int[][] {xReducedStrides},
            new Object[] {to},
            new int[] {narrow ? 0 : outOffset})
        .run();
    if (narrow) {
      Longs.narrow(keptSizes, (long[]) to, out, outOffset, outKeptStrides);
    }
  }

  /**
   * {@code outs[i][k] = fold over r of maps[i](operands[k, r])}, for all maps in one pass over the
   * operands; what they map to is never stored.
   *
   * @param maps formulas of the operands by index
   * @param compute the arithmetic of the maps and of the fold; the outs are of its type
   * @param operands arrays of any type
   * @param keptStrides for each operand, its strides over the dimensions that stay
   * @param reducedStrides for each operand, its strides over those that are folded
   * @param settings the values of the maps' settings, by index
   */
  public static void run(
      Fold fold,
      List<Expr> maps,
      Compute compute,
      int[] keptSizes,
      int[] reducedSizes,
      Object[] operands,
      int[] offsets,
      int[][] keptStrides,
      int[][] reducedStrides,
      double[] settings,
      Object[] outs,
      int[] outOffsets,
      int[][] outKeptStrides) {
    int n = operands.length;
    boolean alone = n == 1 && outs.length == 1 && operands[0].getClass() == outs[0].getClass();
    if (alone && maps.getFirst() == Expr.arg(0)) {
      run(
          fold,
          keptSizes,
          reducedSizes,
          operands[0],
          offsets[0],
          keptStrides[0],
          reducedStrides[0],
          outs[0],
          outOffsets[0],
          outKeptStrides[0]);
      return;
    }
    int[][] kept = Arrays.copyOf(keptStrides, n + outs.length);
    System.arraycopy(outKeptStrides, 0, kept, n, outs.length);
    Source source = new Source.Mapped(Terms.of(maps, n), compute, operands, settings);
    new Reduction(
            fold, source, offsets, keptSizes, kept, reducedSizes, reducedStrides, outs, outOffsets)
        .run();
  }

  /**
   * Reduces at once what is small and has one stride over the reduced elements and one over the
   * results: in small networks the setting up of a {@link Reduction} would cost more than its
   * loops.
   *
   * @return whether it did
   */
  private static boolean small(
      Fold fold,
      int[] keptSizes,
      int[] reducedSizes,
      Object x,
      int xo,
      int[] xKeptStrides,
      int[] xReducedStrides,
      Object out,
      int oo,
      int[] outKeptStrides) {
    long n = count(reducedSizes);
    long results = count(keptSizes);
    if (n == 0 || results == 0 || n * results > Lanes.STAGE || x.getClass() != out.getClass()) {
      return false;
    }
    Lanes lanes = Lanes.of(out);
    if (lanes.compute() == Compute.LONG) {
      return false;
    }
    int step = stride(reducedSizes, xReducedStrides);
    int next = stride(keptSizes, xKeptStrides);
    int os = stride(keptSizes, outKeptStrides);
    if (step == NONE || next == NONE || os == NONE) {
      return false;
    }
    boolean along = step == 1 || n == 1;
    if (along && n > Lanes.BLOCK && results == 1) {
      Object[] scratch = lanes.scratch();
      lanes.blocks(fold, x, xo, (int) n, scratch, scratch[2], 0, 1);
      int blocks = Math.ceilDiv((int) n, Lanes.BLOCK);
      lanes.along(fold, scratch[2], 0, 0, blocks, 1, scratch, out, oo, 0);
      return true;
    }
    if (n > Lanes.BLOCK) {
      return false;
    }
    if (along) {
      lanes.along(fold, x, xo, next, (int) n, (int) results, lanes.scratch(), out, oo, os);
      return true;
    }
    if (next == 1 && (results >= 16 || step == results)) {
      lanes.down(fold, x, xo, step, (int) n, (int) results, lanes.scratch(), out, oo, os);
      return true;
    }
    return false;
  }

  private static final int NONE = Integer.MIN_VALUE;

  private static long count(int[] sizes) {
    long n = 1;
    for (int size : sizes) {
      n *= size;
    }
    return n;
  }

  /** The stride with which all dimensions together walk in row-major order, or NONE. */
  private static int stride(int[] sizes, int[] strides) {
    int inner = 1;
    int next = NONE;
    for (int d = sizes.length - 1; d >= 0; d--) {
      if (sizes[d] == 1) {
        continue;
      }
      if (next == NONE) {
        inner = strides[d];
      } else if (strides[d] != next) {
        return NONE;
      }
      next = strides[d] * sizes[d];
    }
    return inner;
  }
}
