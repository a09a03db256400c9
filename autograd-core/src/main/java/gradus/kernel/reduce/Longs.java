package gradus.kernel.reduce;

import gradus.kernel.index.Dims;

/** Integers to long and back. */
final class Longs {
  private Longs() {}

  /** {@code to[i] = from[i]} over a box; {@code from} is of int, long or byte (0 to 255). */
  static void widen(int[] sizes, Object from, int fo, int[] fs, long[] to, int oo, int[] os) {
    Dims dims = Dims.merged(sizes, fs, os);
    int n = dims.innerSize();
    int f = dims.innerStride(0);
    int o = dims.innerStride(1);
    int outer = dims.rank() - 1;
    int runs = dims.count(0, Math.max(0, outer));
    for (int r = 0; r < runs; r++) {
      int at = fo + dims.offset(0, r, outer);
      int put = oo + dims.offset(1, r, outer);
      switch (from) {
        case byte[] x -> {
          for (int i = 0; i < n; i++) {
            to[put + i * o] = x[at + i * f] & 0xFF;
          }
        }
        case int[] x -> {
          for (int i = 0; i < n; i++) {
            to[put + i * o] = x[at + i * f];
          }
        }
        case long[] x -> {
          for (int i = 0; i < n; i++) {
            to[put + i * o] = x[at + i * f];
          }
        }
        default -> throw new AssertionError(from);
      }
    }
  }

  /** {@code to[i] = from[i]} over a box, {@code from} dense; {@code to} is of byte or int. */
  static void narrow(int[] sizes, long[] from, Object to, int oo, int[] os) {
    Dims dims = new Dims(sizes, new int[][] {os});
    for (int i = 0; i < from.length; i++) {
      int at = oo + dims.offset(0, i, dims.rank());
      switch (to) {
        case byte[] x -> x[at] = (byte) from[i];
        case int[] x -> x[at] = (int) from[i];
        default -> throw new AssertionError(to);
      }
    }
  }
}
