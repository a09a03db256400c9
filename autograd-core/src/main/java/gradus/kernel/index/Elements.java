package gradus.kernel.index;

/** Loops over elements whose places are listed. Both arrays are of the same type. */
public final class Elements {
  private Elements() {}

  /** {@code out[put + j step] = from[places[j]]} for j below n. */
  static void pick(Object from, int[] places, int n, Object out, int put, int step) {
    switch (out) {
      case float[] y -> {
        float[] x = (float[]) from;
        for (int j = 0; j < n; j++) {
          y[put + j * step] = x[places[j]];
        }
      }
      case double[] y -> {
        double[] x = (double[]) from;
        for (int j = 0; j < n; j++) {
          y[put + j * step] = x[places[j]];
        }
      }
      case int[] y -> {
        int[] x = (int[]) from;
        for (int j = 0; j < n; j++) {
          y[put + j * step] = x[places[j]];
        }
      }
      case long[] y -> {
        long[] x = (long[]) from;
        for (int j = 0; j < n; j++) {
          y[put + j * step] = x[places[j]];
        }
      }
      case byte[] y -> {
        byte[] x = (byte[]) from;
        for (int j = 0; j < n; j++) {
          y[put + j * step] = x[places[j]];
        }
      }
      default -> throw new AssertionError(out);
    }
  }

  /** {@code out[places[j]] = from[at + j]} for j below n. */
  static void put(Object from, int at, int[] places, int n, Object out) {
    switch (out) {
      case float[] y -> {
        float[] x = (float[]) from;
        for (int j = 0; j < n; j++) {
          y[places[j]] = x[at + j];
        }
      }
      case double[] y -> {
        double[] x = (double[]) from;
        for (int j = 0; j < n; j++) {
          y[places[j]] = x[at + j];
        }
      }
      case int[] y -> {
        int[] x = (int[]) from;
        for (int j = 0; j < n; j++) {
          y[places[j]] = x[at + j];
        }
      }
      case long[] y -> {
        long[] x = (long[]) from;
        for (int j = 0; j < n; j++) {
          y[places[j]] = x[at + j];
        }
      }
      case byte[] y -> {
        byte[] x = (byte[]) from;
        for (int j = 0; j < n; j++) {
          y[places[j]] = x[at + j];
        }
      }
      default -> throw new AssertionError(out);
    }
  }

  /** {@code out[places[j]] += from[at + j step]} for j below n, in this order. */
  static void add(Object from, int at, int step, int[] places, int n, Object out) {
    switch (out) {
      case float[] y -> {
        float[] x = (float[]) from;
        for (int j = 0; j < n; j++) {
          y[places[j]] += x[at + j * step];
        }
      }
      case double[] y -> {
        double[] x = (double[]) from;
        for (int j = 0; j < n; j++) {
          y[places[j]] += x[at + j * step];
        }
      }
      case int[] y -> {
        int[] x = (int[]) from;
        for (int j = 0; j < n; j++) {
          y[places[j]] += x[at + j * step];
        }
      }
      case long[] y -> {
        long[] x = (long[]) from;
        for (int j = 0; j < n; j++) {
          y[places[j]] += x[at + j * step];
        }
      }
      default -> throw new AssertionError(out);
    }
  }

  /** {@code out[to + j outStep] += from[at + j step]} for j below n. */
  public static void addRun(Object from, int at, int step, int n, Object out, int to, int outStep) {
    boolean dense = step == 1 && outStep == 1; // whose loop has no bounds to check
    switch (out) {
      case float[] y -> {
        float[] x = (float[]) from;
        for (int j = 0; dense && j < n; j++) {
          y[to + j] += x[at + j];
        }
        for (int j = 0; !dense && j < n; j++) {
          y[to + j * outStep] += x[at + j * step];
        }
      }
      case double[] y -> {
        double[] x = (double[]) from;
        for (int j = 0; dense && j < n; j++) {
          y[to + j] += x[at + j];
        }
        for (int j = 0; !dense && j < n; j++) {
          y[to + j * outStep] += x[at + j * step];
        }
      }
      case int[] y -> {
        int[] x = (int[]) from;
        for (int j = 0; dense && j < n; j++) {
          y[to + j] += x[at + j];
        }
        for (int j = 0; !dense && j < n; j++) {
          y[to + j * outStep] += x[at + j * step];
        }
      }
      case long[] y -> {
        long[] x = (long[]) from;
        for (int j = 0; dense && j < n; j++) {
          y[to + j] += x[at + j];
        }
        for (int j = 0; !dense && j < n; j++) {
          y[to + j * outStep] += x[at + j * step];
        }
      }
      default -> throw new AssertionError(out);
    }
  }
}
