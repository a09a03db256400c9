package gradus.kernel.conv;

import gradus.kernel.array.Fill;

/** The loops that touch elements, of float or of double. */
final class Loops {
  /** Runs that a loop copies faster than a call. */
  private static final int SHORT = 8;

  private Loops() {}

  static void zero(Object array, int at, int n) {
    if (n > 0) {
      Fill.run(array, at, n, 0);
    }
  }

  /** {@code to[at + i] = from[fo]} for i below n. */
  static void repeat(int n, Object from, int fo, Object to, int at) {
    Fill.run(to, at, n, from instanceof float[] x ? x[fo] : ((double[]) from)[fo]);
  }

  /** {@code to[at + i*toStep] = from[fo + i*step]} for i below n. */
  static void copy(int n, Object from, int fo, int step, Object to, int at, int toStep) {
    if (step == 1 && toStep == 1 && n >= SHORT) {
      System.arraycopy(from, fo, to, at, n);
    } else if (to instanceof float[] y) {
      float[] x = (float[]) from;
      for (int i = 0; i < n; i++) {
        y[at + i * toStep] = x[fo + i * step];
      }
    } else {
      double[] x = (double[]) from;
      double[] y = (double[]) to;
      for (int i = 0; i < n; i++) {
        y[at + i * toStep] = x[fo + i * step];
      }
    }
  }
}
