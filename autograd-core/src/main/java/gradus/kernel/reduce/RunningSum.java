package gradus.kernel.reduce;

import gradus.kernel.array.Strided;
import gradus.kernel.index.Parts;

/**
 * Sums of the elements up to each one along a dimension. They are added in order; of floats in
 * double, so that long lines lose nothing but the last rounding.
 */
public final class RunningSum {
  /** Neighbouring lines that are summed in one sweep where they, not the elements, are dense. */
  private static final int TILE = 128;

  private RunningSum() {}

  /**
   * {@code y[k, i] = x[k, 0] + ... + x[k, i]}.
   *
   * @param x float, double or long, with at least one dimension; its last is summed along
   * @param y of the type and shape of x; it does not overlap x, or lies exactly as it does
   */
  public static void run(Strided x, Strided y) {
    int last = x.rank() - 1;
    int n = x.size(last);
    Strided[] kept = Strided.sorted(0, x.leading(last), y.leading(last));
    int lines = kept[0].count();
    if (n == 0 || lines == 0) {
      return;
    }
    int inner = kept[0].innerSize();
    boolean across = Math.abs(x.stride(last)) > Math.abs(kept[0].innerStride());
    int tile = across ? Math.min(TILE, inner) : 1;
    int tiles = Math.ceilDiv(inner, tile);
    Parts.each(
        lines / inner * tiles,
        (long) n * tile,
        u -> {
          int first = u % tiles * tile;
          int width = Math.min(tile, inner - first);
          int position = u / tiles * inner + first;
          Strided from = lines(kept[0], position, width, n, x.stride(last));
          Strided to = lines(kept[1], position, width, n, y.stride(last));
          switch (x.array()) {
            case float[] a -> sum(a, from, (float[]) y.array(), to);
            case double[] a -> sum(a, from, (double[]) y.array(), to);
            case long[] a -> sum(a, from, (long[]) y.array(), to);
            default -> throw new AssertionError(x);
          }
        });
  }

  /** Neighbouring lines as rows of a matrix. */
  private static Strided lines(Strided kept, int position, int width, int n, int stride) {
    int at = kept.at(position);
    return Strided.matrix(kept.array(), at, width, n, kept.innerStride(), stride);
  }

  private static void sum(float[] x, Strided from, float[] y, Strided to) {
    double[] sums = new double[from.size(0)];
    for (int i = 0; i < from.size(1); i++) {
      int xo = from.at(0, i);
      int yo = to.at(0, i);
      for (int c = 0; c < sums.length; c++) {
        sums[c] += x[xo + c * from.stride(0)];
        y[yo + c * to.stride(0)] = (float) sums[c];
      }
    }
  }

  private static void sum(double[] x, Strided from, double[] y, Strided to) {
    double[] sums = new double[from.size(0)];
    for (int i = 0; i < from.size(1); i++) {
      int xo = from.at(0, i);
      int yo = to.at(0, i);
      for (int c = 0; c < sums.length; c++) {
        sums[c] += x[xo + c * from.stride(0)];
        y[yo + c * to.stride(0)] = sums[c];
      }
    }
  }

  private static void sum(long[] x, Strided from, long[] y, Strided to) {
    long[] sums = new long[from.size(0)];
    for (int i = 0; i < from.size(1); i++) {
      int xo = from.at(0, i);
      int yo = to.at(0, i);
      for (int c = 0; c < sums.length; c++) {
        sums[c] += x[xo + c * from.stride(0)];
        y[yo + c * to.stride(0)] = sums[c];
      }
    }
  }
}
