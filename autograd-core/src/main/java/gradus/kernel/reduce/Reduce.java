package gradus.kernel.reduce;

import gradus.formula.Expr;
import gradus.kernel.compile.Compute;
import gradus.kernel.index.Dims;
import java.util.Arrays;

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
    boolean narrow = out instanceof int[] || out instanceof byte[];
    int[] dense = narrow ? dense(keptSizes) : outKeptStrides;
    Object to = narrow ? new long[new Dims(keptSizes, new int[0][]).count()] : out;
    new Reduction(
            fold,
            Source.of(x),
            new int[] {xOffset},
            keptSizes,
            new int[][] {xKeptStrides, dense},
            reducedSizes,
            new int[][] {xReducedStrides},
            to,
            narrow ? 0 : outOffset)
        .run();
    if (narrow) {
      Longs.narrow(keptSizes, (long[]) to, out, outOffset, outKeptStrides);
    }
  }

  /**
   * {@code out[k] = fold over r of map(operands[k, r])}: the map is never stored.
   *
   * @param map a formula of the operands by index
   * @param compute the arithmetic of the map and of the fold; out is of its type
   * @param operands arrays of any type
   * @param keptStrides for each operand, its strides over the dimensions that stay
   * @param reducedStrides for each operand, its strides over those that are folded
   * @param settings the values of the map's settings, by index
   */
  public static void run(
      Fold fold,
      Expr map,
      Compute compute,
      int[] keptSizes,
      int[] reducedSizes,
      Object[] operands,
      int[] offsets,
      int[][] keptStrides,
      int[][] reducedStrides,
      double[] settings,
      Object out,
      int outOffset,
      int[] outKeptStrides) {
    boolean plain = map == Expr.arg(0) && operands.length == 1 && operands[0].getClass() == out.getClass();
    Source source =
        plain ? Source.of(operands[0]) : new Source.Mapped(map, compute, operands, settings);
    int[][] kept = Arrays.copyOf(keptStrides, operands.length + 1);
    kept[operands.length] = outKeptStrides;
    new Reduction(fold, source, offsets, keptSizes, kept, reducedSizes, reducedStrides, out, outOffset)
        .run();
  }

  private static int[] dense(int[] sizes) {
    int[] strides = new int[sizes.length];
    int stride = 1;
    for (int d = sizes.length - 1; d >= 0; d--) {
      strides[d] = stride;
      stride *= sizes[d];
    }
    return strides;
  }
}
