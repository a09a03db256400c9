package gradus.kernel.linalg;

/** Elements of float[] and double[] as doubles. */
final class Doubles {
  private Doubles() {}

  /** {@code to[i] = from[at + i]} for i below n. */
  static void read(Object from, int at, int n, double[] to) {
    switch (from) {
      case float[] x -> {
        for (int i = 0; i < n; i++) {
          to[i] = x[at + i];
        }
      }
      case double[] x -> System.arraycopy(x, at, to, 0, n);
      default -> throw new AssertionError(from);
    }
  }

  /** {@code to[at + i] = from[i]} for i below n. */
  static void write(double[] from, int n, Object to, int at) {
    switch (to) {
      case float[] y -> {
        for (int i = 0; i < n; i++) {
          y[at + i] = (float) from[i];
        }
      }
      case double[] y -> System.arraycopy(from, 0, y, at, n);
      default -> throw new AssertionError(to);
    }
  }

  /** {@code y[to + i] -= factor x[from + i]} for i below n. */
  static void subtract(double factor, double[] x, int from, double[] y, int to, int n) {
    for (int i = 0; i < n; i++) {
      y[to + i] -= factor * x[from + i];
    }
  }
}
