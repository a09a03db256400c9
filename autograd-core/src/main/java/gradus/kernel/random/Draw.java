package gradus.kernel.random;

import gradus.kernel.threads.Workers;

/**
 * Fills of random numbers. Element i, wherever the array begins, is a function of (seed, stream, i)
 * and the parameters of the distribution.
 */
public final class Draw {
  /** The groups of one part of the work. */
  private static final int PART = 32;

  /** The positions of a group where a position takes two words. */
  private static final int PAIRS = Philox.SPAN / 2;

  private Draw() {}

  /** Uniform on [0, 1), multiples of 2^-24. */
  public static void uniform(long seed, long stream, float[] out, int offset, int n) {
    fill(
        seed,
        stream,
        n,
        Philox.SPAN,
        (w, first, count) -> {
          for (int j = 0; j < count; j++) {
            out[offset + first + j] = (w[j] >>> 8) * 0x1p-24f;
          }
        });
  }

  /** Uniform on [0, 1), multiples of 2^-53. */
  public static void uniform(long seed, long stream, double[] out, int offset, int n) {
    fill(
        seed,
        stream,
        n,
        PAIRS,
        (w, first, count) -> {
          for (int j = 0; j < count; j++) {
            out[offset + first + j] = (Philox.join(w[j], w[j + PAIRS]) >>> 11) * 0x1p-53;
          }
        });
  }

  /** Uniform on [lo, hi); lo where the two are equal. */
  public static void uniform(
      long seed, long stream, double lo, double hi, float[] out, int offset, int n) {
    float below = Math.max((float) lo, Math.nextDown((float) hi)); // rounding must not reach hi
    fill(
        seed,
        stream,
        n,
        Philox.SPAN,
        (w, first, count) -> {
          for (int j = 0; j < count; j++) {
            float x = (float) (lo + (w[j] >>> 8) * 0x1p-24 * (hi - lo));
            out[offset + first + j] = Math.min(x, below);
          }
        });
  }

  /** Uniform on [lo, hi); lo where the two are equal. */
  public static void uniform(
      long seed, long stream, double lo, double hi, double[] out, int offset, int n) {
    double below = Math.max(lo, Math.nextDown(hi));
    fill(
        seed,
        stream,
        n,
        PAIRS,
        (w, first, count) -> {
          for (int j = 0; j < count; j++) {
            double x = lo + (Philox.join(w[j], w[j + PAIRS]) >>> 11) * 0x1p-53 * (hi - lo);
            out[offset + first + j] = Math.min(x, below);
          }
        });
  }

  /** Normal, from 32 random bits each: nothing beyond 6.4 deviations. */
  public static void normal(
      long seed, long stream, double mean, double deviation, float[] out, int offset, int n) {
    fill(
        seed,
        stream,
        n,
        Philox.SPAN,
        (w, first, count) -> {
          for (int j = 0; j < count; j++) {
            double u = (Integer.toUnsignedLong(w[j]) + 0.5) * 0x1p-32;
            out[offset + first + j] = (float) (mean + deviation * Quantile.normal(u));
          }
        });
  }

  /** Normal, from 52 random bits each: nothing beyond 8.3 deviations. */
  public static void normal(
      long seed, long stream, double mean, double deviation, double[] out, int offset, int n) {
    fill(
        seed,
        stream,
        n,
        PAIRS,
        (w, first, count) -> {
          for (int j = 0; j < count; j++) {
            double u = ((Philox.join(w[j], w[j + PAIRS]) >>> 12) + 0.5) * 0x1p-52;
            out[offset + first + j] = mean + deviation * Quantile.normal(u);
          }
        });
  }

  /** {@code value} with probability p (to 32 bits), else 0. */
  public static void bernoulli(
      long seed, long stream, double p, double value, float[] out, int offset, int n) {
    long limit = Math.round(p * 0x1p32);
    int yes = Float.floatToRawIntBits((float) value);
    fill(
        seed,
        stream,
        n,
        Philox.SPAN,
        (w, first, count) -> {
          for (int j = 0; j < count; j++) {
            int chosen = (int) (Integer.toUnsignedLong(w[j]) - limit >> 63); // all ones or none
            out[offset + first + j] = Float.intBitsToFloat(yes & chosen);
          }
        });
  }

  /** {@code value} with probability p (to 32 bits), else 0: the same choices as in float. */
  public static void bernoulli(
      long seed, long stream, double p, double value, double[] out, int offset, int n) {
    long limit = Math.round(p * 0x1p32);
    long yes = Double.doubleToRawLongBits(value);
    fill(
        seed,
        stream,
        n,
        Philox.SPAN,
        (w, first, count) -> {
          for (int j = 0; j < count; j++) {
            long chosen = Integer.toUnsignedLong(w[j]) - limit >> 63;
            out[offset + first + j] = Double.longBitsToDouble(yes & chosen);
          }
        });
  }

  /** Integers in [lo, hi), hi above lo, each exactly as likely as every other. */
  public static void integers(
      long seed, long stream, long lo, long hi, long[] out, int offset, int n) {
    long range = hi - lo; // unsigned
    fill(
        seed,
        stream,
        n,
        PAIRS,
        (w, first, count) -> {
          for (int j = 0; j < count; j++) {
            long word = Philox.join(w[j], w[j + PAIRS]);
            out[offset + first + j] = lo + below(range, word, seed, stream, first + j);
          }
        });
  }

  /** The numbers 0 to n - 1, every order as likely as every other (Fisher-Yates). */
  public static int[] permutation(long seed, long stream, int n) {
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
      int k = i + (int) below(n - i, Philox.join(w[j], w[j + PAIRS]), seed, stream, i);
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
  private static long below(long range, long word, long seed, long stream, int index) {
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
    /**
     * Fills positions {@code first} to {@code first + count}, the first {@code count} of a group.
     */
    void fill(int[] words, int first, int count);
  }

  private static void fill(long seed, long stream, int n, int perGroup, Group numbers) {
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
