package gradus.kernel.compile;

/**
 * Copies of strided lines between arrays of any two types, one of which computes.
 *
 * <p>Bytes are read as 0 to 255 and written as the low 8 bits of the integer part; an int takes the
 * low 32 bits of a long, and the nearest int to a float or double.
 */
final class Conversion {
  private Conversion() {}

  /** {@code to[toAt + i * toStep] = from[at + i * step]} for i below n. */
  static void line(Object from, int at, int step, Object to, int toAt, int toStep, int n) {
    switch (from) {
      case float[] a -> {
        switch (to) {
          case float[] b -> line(a, at, step, b, toAt, toStep, n);
          case double[] b -> line(a, at, step, b, toAt, toStep, n);
          case int[] b -> line(a, at, step, b, toAt, toStep, n);
          case long[] b -> line(a, at, step, b, toAt, toStep, n);
          case byte[] b -> line(a, at, step, b, toAt, toStep, n);
          default -> throw unknown(to);
        }
      }
      case double[] a -> {
        switch (to) {
          case float[] b -> line(a, at, step, b, toAt, toStep, n);
          case double[] b -> line(a, at, step, b, toAt, toStep, n);
          case int[] b -> line(a, at, step, b, toAt, toStep, n);
          case long[] b -> line(a, at, step, b, toAt, toStep, n);
          case byte[] b -> line(a, at, step, b, toAt, toStep, n);
          default -> throw unknown(to);
        }
      }
      case int[] a -> {
        switch (to) {
          case float[] b -> line(a, at, step, b, toAt, toStep, n);
          case double[] b -> line(a, at, step, b, toAt, toStep, n);
          case long[] b -> line(a, at, step, b, toAt, toStep, n);
          default -> throw unknown(to);
        }
      }
      case long[] a -> {
        switch (to) {
          case float[] b -> line(a, at, step, b, toAt, toStep, n);
          case double[] b -> line(a, at, step, b, toAt, toStep, n);
          case int[] b -> line(a, at, step, b, toAt, toStep, n);
          case long[] b -> line(a, at, step, b, toAt, toStep, n);
          case byte[] b -> line(a, at, step, b, toAt, toStep, n);
          default -> throw unknown(to);
        }
      }
      case byte[] a -> {
        switch (to) {
          case float[] b -> line(a, at, step, b, toAt, toStep, n);
          case double[] b -> line(a, at, step, b, toAt, toStep, n);
          case long[] b -> line(a, at, step, b, toAt, toStep, n);
          default -> throw unknown(to);
        }
      }
      default -> throw unknown(from);
    }
  }

  private static AssertionError unknown(Object array) {
    return new AssertionError("not an array of a data type: " + array.getClass());
  }

  private static void line(float[] a, int at, int step, float[] b, int to, int by, int n) {
    for (int i = 0; i < n; i++, at += step, to += by) {
      b[to] = a[at];
    }
  }

  private static void line(float[] a, int at, int step, double[] b, int to, int by, int n) {
    for (int i = 0; i < n; i++, at += step, to += by) {
      b[to] = a[at];
    }
  }

  private static void line(float[] a, int at, int step, int[] b, int to, int by, int n) {
    for (int i = 0; i < n; i++, at += step, to += by) {
      b[to] = (int) a[at];
    }
  }

  private static void line(float[] a, int at, int step, long[] b, int to, int by, int n) {
    for (int i = 0; i < n; i++, at += step, to += by) {
      b[to] = (long) a[at];
    }
  }

  private static void line(float[] a, int at, int step, byte[] b, int to, int by, int n) {
    for (int i = 0; i < n; i++, at += step, to += by) {
      b[to] = (byte) (long) a[at];
    }
  }

  private static void line(double[] a, int at, int step, float[] b, int to, int by, int n) {
    for (int i = 0; i < n; i++, at += step, to += by) {
      b[to] = (float) a[at];
    }
  }

  private static void line(double[] a, int at, int step, double[] b, int to, int by, int n) {
    for (int i = 0; i < n; i++, at += step, to += by) {
      b[to] = a[at];
    }
  }

  private static void line(double[] a, int at, int step, int[] b, int to, int by, int n) {
    for (int i = 0; i < n; i++, at += step, to += by) {
      b[to] = (int) a[at];
    }
  }

  private static void line(double[] a, int at, int step, long[] b, int to, int by, int n) {
    for (int i = 0; i < n; i++, at += step, to += by) {
      b[to] = (long) a[at];
    }
  }

  private static void line(double[] a, int at, int step, byte[] b, int to, int by, int n) {
    for (int i = 0; i < n; i++, at += step, to += by) {
      b[to] = (byte) (long) a[at];
    }
  }

  private static void line(int[] a, int at, int step, float[] b, int to, int by, int n) {
    for (int i = 0; i < n; i++, at += step, to += by) {
      b[to] = a[at];
    }
  }

  private static void line(int[] a, int at, int step, double[] b, int to, int by, int n) {
    for (int i = 0; i < n; i++, at += step, to += by) {
      b[to] = a[at];
    }
  }

  private static void line(int[] a, int at, int step, long[] b, int to, int by, int n) {
    for (int i = 0; i < n; i++, at += step, to += by) {
      b[to] = a[at];
    }
  }

  private static void line(long[] a, int at, int step, float[] b, int to, int by, int n) {
    for (int i = 0; i < n; i++, at += step, to += by) {
      b[to] = a[at];
    }
  }

  private static void line(long[] a, int at, int step, double[] b, int to, int by, int n) {
    for (int i = 0; i < n; i++, at += step, to += by) {
      b[to] = a[at];
    }
  }

  private static void line(long[] a, int at, int step, int[] b, int to, int by, int n) {
    for (int i = 0; i < n; i++, at += step, to += by) {
      b[to] = (int) a[at];
    }
  }

  private static void line(long[] a, int at, int step, long[] b, int to, int by, int n) {
    for (int i = 0; i < n; i++, at += step, to += by) {
      b[to] = a[at];
    }
  }

  private static void line(long[] a, int at, int step, byte[] b, int to, int by, int n) {
    for (int i = 0; i < n; i++, at += step, to += by) {
      b[to] = (byte) a[at];
    }
  }

  private static void line(byte[] a, int at, int step, float[] b, int to, int by, int n) {
    for (int i = 0; i < n; i++, at += step, to += by) {
      b[to] = a[at] & 0xff;
    }
  }

  private static void line(byte[] a, int at, int step, double[] b, int to, int by, int n) {
    for (int i = 0; i < n; i++, at += step, to += by) {
      b[to] = a[at] & 0xff;
    }
  }

  private static void line(byte[] a, int at, int step, long[] b, int to, int by, int n) {
    for (int i = 0; i < n; i++, at += step, to += by) {
      b[to] = a[at] & 0xff;
    }
  }
}
