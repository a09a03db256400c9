package gradus.kernel.compile;

import gradus.formula.Evaluator;
import gradus.formula.Expr;
import java.lang.reflect.Array;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Arrays of numbers that are likely to be trouble, and the interpreter over arrays. */
final class Numbers {
  private static final double[] ODD = {
    0,
    -0.0,
    1,
    -1,
    2,
    0.5,
    1e-40,
    -1e-40,
    1e-310,
    3e38,
    -3e38,
    1e300,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    Double.NaN,
    Math.sqrt(0.5),
    127,
    -126,
    1e10,
    -3e12
  };

  private Numbers() {}

  static Object array(Compute compute, Random random, int n) {
    return array(compute.array().componentType(), random, n);
  }

  static Object array(Class<?> type, Random random, int n) {
    Object array = Array.newInstance(type, n);
    for (int i = 0; i < n; i++) {
      double d = random.nextInt(4) == 0 ? ODD[random.nextInt(ODD.length)] : random.nextGaussian();
      switch (array) {
        case float[] a -> a[i] = (float) d;
        case double[] a -> a[i] = d;
        case int[] a -> a[i] = random.nextInt(5) == 0 ? random.nextInt() : random.nextInt(-3, 4);
        case long[] a -> a[i] = random.nextInt(5) == 0 ? random.nextLong() : random.nextInt(-3, 4);
        case byte[] a -> a[i] = (byte) random.nextInt();
        default -> throw new AssertionError(type);
      }
    }
    return array;
  }

  /** The outputs for one element, computed from arrays of any type and written to arrays of any. */
  static void interpret(
      Compute compute,
      List<Expr> formula,
      Object[] operands,
      int[] at,
      double[] settings,
      Object[] results,
      int[] to) {
    int m = operands.length;
    switch (compute) {
      case FLOAT -> {
        float[] x = new float[m];
        for (int k = 0; k < m; k++) {
          x[k] =
              switch (operands[k]) {
                case long[] a -> a[at[k]];
                case double[] a -> (float) a[at[k]];
                case byte[] a -> a[at[k]] & 0xff;
                default -> Array.getFloat(operands[k], at[k]);
              };
        }
        float[] y = Evaluator.floats(formula, x, settings);
        for (int k = 0; k < y.length; k++) {
          write(results[k], to[k], y[k], (long) y[k], (int) y[k]);
        }
      }
      case DOUBLE -> {
        double[] x = new double[m];
        for (int k = 0; k < m; k++) {
          x[k] =
              operands[k] instanceof byte[] a
                  ? a[at[k]] & 0xff
                  : Array.getDouble(operands[k], at[k]);
        }
        double[] y = Evaluator.doubles(formula, x, settings);
        for (int k = 0; k < y.length; k++) {
          write(results[k], to[k], y[k], (long) y[k], (int) y[k]);
        }
      }
      case LONG -> {
        long[] x = new long[m];
        for (int k = 0; k < m; k++) {
          x[k] =
              switch (operands[k]) {
                case float[] a -> (long) a[at[k]];
                case double[] a -> (long) a[at[k]];
                case byte[] a -> a[at[k]] & 0xff;
                default -> Array.getLong(operands[k], at[k]);
              };
        }
        long[] y = Evaluator.longs(formula, x, settings);
        for (int k = 0; k < y.length; k++) {
          write(results[k], to[k], y[k], y[k], (int) y[k]);
        }
      }
    }
  }

  static void interpret(
      Compute compute,
      List<Expr> formula,
      Object[] operands,
      int[] at,
      double[] settings,
      Object[] results,
      int to) {
    int[] places = new int[results.length];
    Arrays.fill(places, to);
    interpret(compute, formula, operands, at, settings, results, places);
  }

  private static void write(Object array, int at, Number exact, long whole, int rounded) {
    switch (array) {
      case float[] a -> a[at] = exact.floatValue();
      case double[] a -> a[at] = exact.doubleValue();
      case long[] a -> a[at] = whole;
      case int[] a -> a[at] = rounded;
      case byte[] a -> a[at] = (byte) whole;
      default -> throw new AssertionError(array);
    }
  }

  static Object copy(Object array) {
    int n = Array.getLength(array);
    Object copy = Array.newInstance(array.getClass().componentType(), n);
    System.arraycopy(array, 0, copy, 0, n);
    return copy;
  }

  /** As text that tells numbers of different bits apart, but not NaN from NaN. */
  static String text(Object array) {
    return switch (array) {
      case float[] a -> Arrays.toString(a);
      case double[] a -> Arrays.toString(a);
      case int[] a -> Arrays.toString(a);
      case long[] a -> Arrays.toString(a);
      case byte[] a -> Arrays.toString(a);
      default -> throw new AssertionError(array);
    };
  }
}
