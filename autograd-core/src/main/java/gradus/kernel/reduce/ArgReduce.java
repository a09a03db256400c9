package gradus.kernel.reduce;

import gradus.kernel.index.Dims;
import gradus.kernel.index.Parts;

/** The position of the greatest or least element along one dimension (torch.argmax, argmin). */
public final class ArgReduce {
  /** Neighbouring results that are found in one sweep where they, not the elements, are dense. */
  private static final int TILE = 128;

  private ArgReduce() {}

  /**
   * {@code out[k] = } the first i whose x[k, i] is greatest, or least; the first NaN if there is
   * one.
   *
   * @param n the number of elements to choose from, at least 1
   * @param stride from one of them to the next
   * @param x an array of float, double, long, int or byte (0 to 255)
   */
  public static void run(
      boolean greatest,
      int[] keptSizes,
      int n,
      Object x,
      int xOffset,
      int[] xKeptStrides,
      int stride,
      long[] out,
      int outOffset,
      int[] outKeptStrides) {
    Dims kept = Dims.sorted(0, keptSizes, xKeptStrides, outKeptStrides);
    if (kept.count() == 0) {
      return;
    }
    int inner = kept.innerSize();
    int tile = Math.abs(stride) > Math.abs(kept.innerStride(0)) ? Math.min(TILE, inner) : 1;
    int tiles = Math.ceilDiv(inner, tile);
    int outer = kept.rank() - 1;
    Parts.run(
        kept.count() / inner * tiles,
        (long) n * tile,
        (begin, end) -> {
          long[] at = new long[tile];
          for (int u = begin; u < end; u++) {
            int first = u % tiles * tile;
            int from = xOffset + kept.offset(0, u / tiles, outer) + first * kept.innerStride(0);
            int width = Math.min(tile, inner - first);
            switch (x) {
              case float[] a when tile == 1 -> at[0] = find(greatest, a, from, n, stride);
              case double[] a when tile == 1 -> at[0] = find(greatest, a, from, n, stride);
              case float[] a -> find(greatest, a, from, kept.innerStride(0), width, n, stride, at);
              case double[] a -> find(greatest, a, from, kept.innerStride(0), width, n, stride, at);
              default -> findInteger(greatest, x, from, kept.innerStride(0), width, n, stride, at);
            }
            int put = outOffset + kept.offset(1, u / tiles, outer) + first * kept.innerStride(1);
            for (int c = 0; c < width; c++) {
              out[put + c * kept.innerStride(1)] = at[c];
            }
          }
        });
  }

  private static int find(boolean greatest, float[] x, int xo, int n, int stride) {
    float best = x[xo];
    int at = 0;
    for (int i = 1; i < n && !Float.isNaN(best); i++) {
      float v = x[xo + i * stride];
      // Not "v > best": what is not below or equal is above, or NaN.
      if (greatest ? !(v <= best) : !(v >= best)) {
        best = v;
        at = i;
      }
    }
    return at;
  }

  private static int find(boolean greatest, double[] x, int xo, int n, int stride) {
    double best = x[xo];
    int at = 0;
    for (int i = 1; i < n && !Double.isNaN(best); i++) {
      double v = x[xo + i * stride];
      // Not "v > best": what is not below or equal is above, or NaN.
      if (greatest ? !(v <= best) : !(v >= best)) {
        best = v;
        at = i;
      }
    }
    return at;
  }

  private static void find(
      boolean greatest, float[] x, int xo, int next, int width, int n, int stride, long[] at) {
    float[] best = new float[width];
    for (int i = 0; i < n; i++) {
      for (int c = 0; c < width; c++) {
        float v = x[xo + i * stride + c * next];
        boolean better = greatest ? !(v <= best[c]) : !(v >= best[c]);
        if (i == 0 || better && !Float.isNaN(best[c])) {
          best[c] = v;
          at[c] = i;
        }
      }
    }
  }

  private static void find(
      boolean greatest, double[] x, int xo, int next, int width, int n, int stride, long[] at) {
    double[] best = new double[width];
    for (int i = 0; i < n; i++) {
      for (int c = 0; c < width; c++) {
        double v = x[xo + i * stride + c * next];
        boolean better = greatest ? !(v <= best[c]) : !(v >= best[c]);
        if (i == 0 || better && !Double.isNaN(best[c])) {
          best[c] = v;
          at[c] = i;
        }
      }
    }
  }

  private static void findInteger(
      boolean greatest, Object x, int xo, int next, int width, int n, int stride, long[] at) {
    long[] best = new long[width];
    long[] row = new long[width];
    for (int i = 0; i < n; i++) {
      Longs.widen(new int[] {width}, x, xo + i * stride, new int[] {next}, row, 0, new int[] {1});
      for (int c = 0; c < width; c++) {
        if (i == 0 || (greatest ? row[c] > best[c] : row[c] < best[c])) {
          best[c] = row[c];
          at[c] = i;
        }
      }
    }
  }
}
