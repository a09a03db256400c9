package gradus.kernel.compile;

/**
 * Copies of strided lines between arrays of any two types, one of which computes.
 *
 * <p>Bytes are read as 0 to 255 and written as the low 8 bits of the integer part; an int takes the
 * low 32 bits of a long, and the nearest int to a float or double.
 */
public final class Conversion {
  private Conversion() {}

  /** {@code to[toAt + i * toStep] = from[at + i * step]} for i below n. */
  public static void line(Object from, int at, int step, Object to, int toAt, int toStep, int n) {
    switch (from) {
      case float[] a -> line(a, at, step, to, toAt, toStep, n);
      case double[] a -> line(a, at, step, to, toAt, toStep, n);
      case long[] a -> line(a, at, step, to, toAt, toStep, n);
      default -> small(from, at, step, to, toAt, toStep, n);
    }
  }

  private static void line(float[] a, int at, int step, Object to, int toAt, int toStep, int n) {
    switch (to) {
      case float[] b -> {
        for (int i = 0; i < n; i++, at += step, toAt += toStep) {
          b[toAt] = a[at];
        }
      }
      case double[] b -> {
        for (int i = 0; i < n; i++, at += step, toAt += toStep) {
          b[toAt] = a[at];
        }
      }
      case int[] b -> {
        for (int i = 0; i < n; i++, at += step, toAt += toStep) {
          b[toAt] = (int) a[at];
        }
      }
      case long[] b -> {
        for (int i = 0; i < n; i++, at += step, toAt += toStep) {
          b[toAt] = (long) a[at];
        }
      }
      case byte[] b -> {
        for (int i = 0; i < n; i++, at += step, toAt += toStep) {
          b[toAt] = (byte) (long) a[at];
        }
      }
      default -> throw new AssertionError(to);
    }
  }

  private static void line(double[] a, int at, int step, Object to, int toAt, int toStep, int n) {
    switch (to) {
      case float[] b -> {
        for (int i = 0; i < n; i++, at += step, toAt += toStep) {
          b[toAt] = (float) a[at];
        }
      }
      case double[] b -> {
        for (int i = 0; i < n; i++, at += step, toAt += toStep) {
          b[toAt] = a[at];
        }
      }
      case int[] b -> {
        for (int i = 0; i < n; i++, at += step, toAt += toStep) {
          b[toAt] = (int) a[at];
        }
      }
      case long[] b -> {
        for (int i = 0; i < n; i++, at += step, toAt += toStep) {
          b[toAt] = (long) a[at];
        }
      }
      case byte[] b -> {
        for (int i = 0; i < n; i++, at += step, toAt += toStep) {
          b[toAt] = (byte) (long) a[at];
        }
      }
      default -> throw new AssertionError(to);
    }
  }

  private static void line(long[] a, int at, int step, Object to, int toAt, int toStep, int n) {
    switch (to) {
      case float[] b -> {
        for (int i = 0; i < n; i++, at += step, toAt += toStep) {
          b[toAt] = a[at];
        }
      }
      case double[] b -> {
        for (int i = 0; i < n; i++, at += step, toAt += toStep) {
          b[toAt] = a[at];
        }
      }
      case int[] b -> {
        for (int i = 0; i < n; i++, at += step, toAt += toStep) {
          b[toAt] = (int) a[at];
        }
      }
      case long[] b -> {
        for (int i = 0; i < n; i++, at += step, toAt += toStep) {
          b[toAt] = a[at];
        }
      }
      case byte[] b -> {
        for (int i = 0; i < n; i++, at += step, toAt += toStep) {
          b[toAt] = (byte) a[at];
        }
      }
      default -> throw new AssertionError(to);
    }
  }

  /** The same of ints or bytes. */
  private static void small(Object a, int at, int step, Object to, int toAt, int toStep, int n) {
    boolean wide = a instanceof int[];
    switch (to) {
      case float[] b -> {
        for (int i = 0; i < n; i++, at += step, toAt += toStep) {
          b[toAt] = wide ? ((int[]) a)[at] : ((byte[]) a)[at] & 0xff;
        }
      }
      case double[] b -> {
        for (int i = 0; i < n; i++, at += step, toAt += toStep) {
          b[toAt] = wide ? ((int[]) a)[at] : ((byte[]) a)[at] & 0xff;
        }
      }
      case long[] b -> {
        for (int i = 0; i < n; i++, at += step, toAt += toStep) {
          b[toAt] = wide ? ((int[]) a)[at] : ((byte[]) a)[at] & 0xff;
        }
      }
      default -> throw new AssertionError(to);
    }
  }
}
