package gradus.kernel.random;

import gradus.kernel.array.Strided;
import gradus.kernel.threads.Workers;

/**
 * Fills of random numbers. Element i of a vector, wherever it begins, is a function of (seed,
 * stream, i) and the parameters of the distribution. Vectors are contiguous, of float or double.
 */
public record Distributions(long seed, long stream) {
  /** The groups of one part of the work. */
  private static final int PART = 32;

  /** The positions of a group where a position takes two words. */
  private static final int PAIRS = Philox.SPAN / 2;

  /** Uniform on [lo, hi), from 24 random bits each or 53; lo where the two are equal. */
  public void uniform(double lo, double hi, Strided out) {
    int offset = out.offset();
    if (out.array() instanceof float[] to) {
      float below = Math.max((float) lo, Math.nextDown((float) hi)); // rounding must not reach hi
      fill(
          out.count(),
          Philox.SPAN,
          (w, first, count) -> {
            for (int j = 0; j < count; j++) {
              float x = (float) (lo + (w[j] >>> 8) * 0x1p-24 * (hi - lo));
              to[offset + first + j] = Math.min(x, below);
            }
          });
      return;
    }
    double[] to = (double[]) out.array();
    double below = Math.max(lo, Math.nextDown(hi));
    fill(
        out.count(),
        PAIRS,
        (w, first, count) -> {
          for (int j = 0; j < count; j++) {
            double x = lo + (Philox.join(w[j], w[j + PAIRS]) >>> 11) * 0x1p-53 * (hi - lo);
            to[offset + first + j] = Math.min(x, below);
          }
        });
  }

  /** Normal, from 32 random bits each or 52: within 6.4 deviations in float, 8.3 in double. */
  public void normal(double mean, double deviation, Strided out) {
    int offset = out.offset();
    boolean single = out.array() instanceof float[];
    fill(
        out.count(),
        single ? Philox.SPAN : PAIRS,
        (w, first, count) -> {
          for (int j = 0; j < count; j++) {
            double u =
                single
                    ? (Integer.toUnsignedLong(w[j]) + 0.5) * 0x1p-32
                    : ((Philox.join(w[j], w[j + PAIRS]) >>> 12) + 0.5) * 0x1p-52;
            double x = mean + deviation * Quantile.normal(u);
            if (single) {
              ((float[]) out.array())[offset + first + j] = (float) x;
            } else {
              ((double[]) out.array())[offset + first + j] = x;
            }
          }
        });
  }

  /** {@code value} with probability p (to 32 bits), else 0: the same choices in both types. */
  public void bernoulli(double p, double value, Strided out) {
    long limit = Math.round(p * 0x1p32);
    int offset = out.offset();
    if (out.array() instanceof float[] to) {
      int yes = Float.floatToRawIntBits((float) value);
      fill(
          out.count(),
          Philox.SPAN,
          (w, first, count) -> {
            for (int j = 0; j < count; j++) {
              int chosen = (int) (Integer.toUnsignedLong(w[j]) - limit >> 63); // all ones or none
              to[offset + first + j] = Float.intBitsToFloat(yes & chosen);
            }
          });
      return;
    }
    double[] to = (double[]) out.array();
    long yes = Double.doubleToRawLongBits(value);
    fill(
        out.count(),
        Philox.SPAN,
        (w, first, count) -> {
          for (int j = 0; j < count; j++) {
            long chosen = Integer.toUnsignedLong(w[j]) - limit >> 63;
            to[offset + first + j] = Double.longBitsToDouble(yes & chosen);
          }
        });
  }

  /** Integers in [lo, hi), hi above lo, each exactly as likely as every other; of long. */
  public void integers(long lo, long hi, Strided out) {
    long range = hi - lo; // unsigned
    long[] to = (long[]) out.array();
    int offset = out.offset();
    fill(
        out.count(),
        PAIRS,
        (w, first, count) -> {
          for (int j = 0; j < count; j++) {
            long word = Philox.join(w[j], w[j + PAIRS]);
            to[offset + first + j] = lo + below(range, word, first + j);
          }
        });
  }

  /** The numbers 0 to n - 1, every order as likely as every other (Fisher-Yates). */
  public int[] permutation(int n) {
    int[] order = new int[n];
    for (int i = 0; i < n; i++) {
      order[i] = i;
    }
    int[] w = new int[Philox.SPAN];
    for (int i = 0; i < n - 1; i++) {
      int j = i % PAIRS;
      if (j == 0) {
        Philox.group(seed, stream, i / PAIRS, w);
      }
      int k = i + (int) below(n - i, Philox.join(w[j], w[j + PAIRS]), i);
      int swapped = order[i];
      order[i] = order[k];
      order[k] = swapped;
    }
    return order;
  }

  /**
   * An integer in [0, range) from 64 random bits: the high half of their product with the range.
   * The few whose low half would favour some results are drawn again (Lemire, "Fast random integer
   * generation in an interval", TOMACS 2019).
   */
  private long below(long range, long word, int index) {
    long low = word * range;
    if (Long.compareUnsigned(low, range) < 0) {
      long unfair = Long.remainderUnsigned(-range, range);
      for (int attempt = 1; Long.compareUnsigned(low, unfair) < 0; attempt++) {
        word = Philox.retry(seed, stream, index, attempt);
        low = word * range;
      }
    }
    return Math.unsignedMultiplyHigh(word, range);
  }

  /** Makes numbers of the words of one group. */
  @FunctionalInterface
  private interface Group {
    /** Fills {@code count} positions from {@code first} on, where the group begins. */
    void fill(int[] words, int first, int count);
  }

  private void fill(int n, int perGroup, Group numbers) {
    int groups = Math.ceilDiv(n, perGroup);
    Workers.parallel(
        Math.ceilDiv(groups, PART),
        part -> {
          int[] words = new int[Philox.SPAN];
          int end = Math.min(groups, (part + 1) * PART);
          for (int g = part * PART; g < end; g++) {
            Philox.group(seed, stream, g, words);
            numbers.fill(words, g * perGroup, Math.min(perGroup, n - g * perGroup));
          }
        });
  }
}
