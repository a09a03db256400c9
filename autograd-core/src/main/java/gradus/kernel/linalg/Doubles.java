package gradus.kernel.linalg;

import gradus.kernel.array.Strided;

/** Elements of float[] and double[] as doubles. */
final class Doubles {
  private Doubles() {}

  /** The elements of a matrix, row by row. */
  static void read(Strided from, double[] to) {
    int n = from.size(1);
    for (int i = 0; i < from.size(0); i++) {
      for (int j = 0; j < n; j++) {
        int at = from.at(i, j);
        to[i * n + j] = from.array() instanceof float[] x ? x[at] : ((double[]) from.array())[at];
      }
    }
  }

  /** Sets a matrix to elements that follow each other row by row. */
  static void write(double[] from, Strided to) {
    int n = to.size(1);
    for (int i = 0; i < to.size(0) * n; i++) {
      put(to.array(), to.at(i / n, i % n), from[i]);
    }
  }

  /** Sets the element with this row-major number. */
  static void set(Strided to, int number, double value) {
    put(to.array(), to.at(number), value);
  }

  private static void put(Object to, int at, double value) {
    if (to instanceof float[] y) {
      y[at] = (float) value;
    } else {
      ((double[]) to)[at] = value;
    }
  }

  /** {@code y[to + i] -= factor x[from + i]} for i below n. */
  static void subtract(double factor, double[] x, int from, double[] y, int to, int n) {
    for (int i = 0; i < n; i++) {
      y[to + i] -= factor * x[from + i];
    }
  }
}
