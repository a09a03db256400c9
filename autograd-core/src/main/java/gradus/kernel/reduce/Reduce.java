package gradus.kernel.reduce;

import gradus.kernel.index.Dims;

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
