package gradus.bench;

import java.util.Arrays;
import java.util.function.IntToDoubleFunction;

/**
 * What a step took in windows of two builds that took turns, and what follows from it. Windows of
 * one index belong together: they were measured one straight after the other.
 *
 * @param mine seconds a step of this build
 * @param again the same in another process of this build
 * @param other seconds a step of the other build
 */
record Timings(double[] mine, double[] again, double[] other) {
  /** Differences up to this part are ties, however quiet the machine is. */
  static final double TIE = 0.03;

  /** What is to be said of this build. */
  enum Verdict {
    SLOWER("slower"),
    FASTER("faster"),
    UNCLEAR("unclear"),
    SAME("");

    private final String word;

    Verdict(String word) {
      this.word = word;
    }

    @Override
    public String toString() {
      return word;
    }
  }

  Timings {
    if (mine.length == 0 || again.length != mine.length || other.length != mine.length) {
      throw new IllegalArgumentException(
          "timings: need as many windows of each, and at least one, got %d, %d and %d"
              .formatted(mine.length, again.length, other.length));
    }
  }

  /** The median of both processes of this build. */
  double medianOfMine() {
    double[] all = Arrays.copyOf(mine, 2 * mine.length);
    System.arraycopy(again, 0, all, mine.length, again.length);
    return median(all);
  }

  double medianOfOther() {
    return median(other);
  }

  /**
   * The time of this build to that of the other, above 1 where this one is slower: the median over
   * the windows, in which this build counts by the geometric mean of its two processes.
   */
  double ratio() {
    return medianOverWindows(i -> Math.sqrt(mine[i] * again[i]) / other[i]);
  }

  /**
   * By how much the two processes of this build differ although they run the same code: the median
   * over the windows of the slower's time to the faster's, less 1.
   */
  double spread() {
    return medianOverWindows(i -> Math.max(mine[i], again[i]) / Math.min(mine[i], again[i]) - 1);
  }

  /**
   * Slower or faster by more than the larger of {@link #TIE} and the spread; unclear if by more
   * than {@link #TIE} alone.
   */
  Verdict verdict() {
    double ratio = ratio();
    double difference = Math.max(ratio, 1 / ratio) - 1;
    if (difference <= TIE) {
      return Verdict.SAME;
    }
    if (difference <= spread()) {
      return Verdict.UNCLEAR;
    }
    return ratio > 1 ? Verdict.SLOWER : Verdict.FASTER;
  }

  private double medianOverWindows(IntToDoubleFunction value) {
    double[] values = new double[mine.length];
    Arrays.setAll(values, value);
    return median(values);
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int n = sorted.length;
    return (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
  }
}
