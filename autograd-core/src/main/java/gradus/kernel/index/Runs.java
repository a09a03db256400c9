package gradus.kernel.index;

import java.util.Arrays;

/** Runs of equal elements in an array that is in order (torch.unique). */
public final class Runs {
  private Runs() {}

  /**
   * Where each run of the first n elements begins, and behind them where the last one ends. NaN
   * equals nothing, -0 equals 0.
   */
  public static int[] starts(Object x, int n) {
    int[] starts = new int[n + 1];
    int count = 0;
    for (int i = 0; i < n; i++) {
      if (i == 0 || differ(x, i - 1, i)) {
        starts[count++] = i;
      }
    }
    starts[count] = n;
    return Arrays.copyOf(starts, count + 1);
  }

  /**
   * What there is to know of each run.
   *
   * @param starts as {@link #starts} gives them
   * @param order where each element of the sorted array stood before
   * @param first where the first element of each run stood
   * @param inverse the run of each element that was sorted, by where it stood
   * @param counts the length of each run
   */
  public static void describe(
      int[] starts, long[] order, long[] first, long[] inverse, long[] counts) {
    for (int k = 0; k < starts.length - 1; k++) {
      first[k] = order[starts[k]];
      counts[k] = (long) starts[k + 1] - starts[k];
      for (int j = starts[k]; j < starts[k + 1]; j++) {
        inverse[(int) order[j]] = k;
      }
    }
  }

  private static boolean differ(Object x, int i, int j) {
    return switch (x) {
      case float[] a -> a[i] != a[j];
      case double[] a -> a[i] != a[j];
      case int[] a -> a[i] != a[j];
      case long[] a -> a[i] != a[j];
      case byte[] a -> a[i] != a[j];
      default -> throw new AssertionError(x);
    };
  }
}
