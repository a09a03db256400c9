package gradus.kernel.reduce;

import gradus.kernel.array.Strided;
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
   * @param x float, double, long, int or byte (0 to 255), with at least one element along its last
   *     dimension
   * @param out of long
   */
  public static void run(boolean greatest, Strided x, Strided out) {
    int last = x.rank() - 1;
    int n = x.size(last);
    int stride = x.stride(last);
    Strided[] kept = Strided.sorted(0, x.leading(last), out);
    Strided from = kept[0];
    Strided to = kept[1];
    if (from.count() == 0) {
      return;
    }
    int inner = from.innerSize();
    int next = from.innerStride();
    int tile = Math.abs(stride) > Math.abs(next) ? Math.min(TILE, inner) : 1;
    int tiles = Math.ceilDiv(inner, tile);
    int outer = from.rank() - 1;
    Parts.run(
        from.count() / inner * tiles,
        (long) n * tile,
        (begin, end) -> {
          long[] at = new long[tile];
          for (int u = begin; u < end; u++) {
            int first = u % tiles * tile;
            int start = from.offset() + from.distance(u / tiles, outer) + first * next;
            int width = Math.min(tile, inner - first);
            Strided rows = Strided.matrix(x.array(), start, width, n, next, stride);
            switch (x.array()) {
              case float[] a when tile == 1 -> at[0] = find(greatest, a, start, n, stride);
              case double[] a when tile == 1 -> at[0] = find(greatest, a, start, n, stride);
              case float[] a -> find(greatest, a, rows, at);
              case double[] a -> find(greatest, a, rows, at);
              default -> findInteger(greatest, rows, at);
            }
            int put = to.offset() + to.distance(u / tiles, outer) + first * to.innerStride();
            for (int c = 0; c < width; c++) {
              ((long[]) out.array())[put + c * to.innerStride()] = at[c];
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

  private static void find(boolean greatest, float[] x, Strided rows, long[] at) {
    int width = rows.size(0);
    int next = rows.stride(0);
    float[] best = new float[width];
    for (int i = 0; i < rows.size(1); i++) {
      int xo = rows.at(0, i);
      for (int c = 0; c < width; c++) {
        float v = x[xo + c * next];
        boolean better = greatest ? !(v <= best[c]) : !(v >= best[c]);
        if (i == 0 || better && !Float.isNaN(best[c])) {
          best[c] = v;
          at[c] = i;
        }
      }
    }
  }

  private static void find(boolean greatest, double[] x, Strided rows, long[] at) {
    int width = rows.size(0);
    int next = rows.stride(0);
    double[] best = new double[width];
    for (int i = 0; i < rows.size(1); i++) {
      int xo = rows.at(0, i);
      for (int c = 0; c < width; c++) {
        double v = x[xo + c * next];
        boolean better = greatest ? !(v <= best[c]) : !(v >= best[c]);
        if (i == 0 || better && !Double.isNaN(best[c])) {
          best[c] = v;
          at[c] = i;
        }
      }
    }
  }

  private static void findInteger(boolean greatest, Strided rows, long[] at) {
    long[] best = new long[rows.size(0)];
    for (int i = 0; i < rows.size(1); i++) {
      for (int c = 0; c < best.length; c++) {
        long v = integer(rows.array(), rows.at(c, i));
        if (i == 0 || (greatest ? v > best[c] : v < best[c])) {
          best[c] = v;
          at[c] = i;
        }
      }
    }
  }

  private static long integer(Object x, int at) {
    return switch (x) {
      case byte[] a -> a[at] & 0xFF;
      case int[] a -> a[at];
      case long[] a -> a[at];
      default -> throw new AssertionError(x);
    };
  }
}
