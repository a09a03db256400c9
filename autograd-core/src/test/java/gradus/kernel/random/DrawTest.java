package gradus.kernel.random;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import gradus.kernel.threads.Workers;
import java.util.Arrays;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.distribution.RealDistribution;
import org.apache.commons.math3.distribution.UniformRealDistribution;
import org.apache.commons.math3.stat.correlation.PearsonsCorrelation;
import org.apache.commons.math3.stat.descriptive.DescriptiveStatistics;
import org.apache.commons.math3.stat.inference.ChiSquareTest;
import org.apache.commons.math3.stat.inference.KolmogorovSmirnovTest;
import org.junit.jupiter.api.Test;

class DrawTest {
  private static final int N = 100_000;

  @Test
  void uniformIsUniform() {
    double[] x = new double[N];
    Draw.uniform(42, 1, x, 0, N);
    assertDistributed(x, new UniformRealDistribution(0, 1), 0.5, 1 / 12.0);
    float[] f = new float[N];
    Draw.uniform(42, 2, f, 0, N);
    assertDistributed(widen(f), new UniformRealDistribution(0, 1), 0.5, 1 / 12.0);
    Draw.uniform(42, 3, -3, 5, x, 0, N);
    assertDistributed(x, new UniformRealDistribution(-3, 5), 1, 64 / 12.0);
    Draw.uniform(42, 4, -3, 5, f, 0, N);
    assertDistributed(widen(f), new UniformRealDistribution(-3, 5), 1, 64 / 12.0);
  }

  @Test
  void uniformNumbersAreTheHighBitsOfTheirWords() {
    float[] f = new float[Philox.BLOCKS];
    Draw.uniform(42, 7, f, 0, f.length);
    double[] d = new double[Philox.BLOCKS];
    Draw.uniform(42, 7, d, 0, d.length);
    int[] all = new int[Philox.SPAN];
    Philox.group(42, 7, 0, all);
    for (int j = 0; j < Philox.BLOCKS; j++) {
      long words = Philox.retry(42, 7, j, 0); // the first two of block j
      assertEquals((words >>> 40) * 0x1p-24f, f[j]);
      long pair = Philox.join(all[j], all[j + 2 * Philox.BLOCKS]);
      assertEquals((pair >>> 11) * 0x1p-53, d[j]);
    }
  }

  @Test
  void normalIsNormal() {
    double[] x = new double[N];
    Draw.normal(7, 1, 0, 1, x, 0, N);
    assertDistributed(x, new NormalDistribution(), 0, 1);
    float[] f = new float[N];
    Draw.normal(7, 2, 2, 3, f, 0, N);
    assertDistributed(widen(f), new NormalDistribution(2, 3), 2, 9);
    var shape = new DescriptiveStatistics(x);
    assertEquals(0, shape.getSkewness(), 5 * Math.sqrt(6.0 / N));
    assertEquals(0, shape.getKurtosis(), 5 * Math.sqrt(24.0 / N));
  }

  @Test
  void quantileOfTheNormal() {
    var normal = new NormalDistribution();
    for (double p = 1e-12; p < 0.5; p *= 1.7) {
      double z = Quantile.normal(p);
      assertEquals(p, normal.cumulativeProbability(z), 2e-13 * p * (1 + z * z));
      if (p > 1e-3) {
        assertEquals(z, -Quantile.normal(1 - p), 1e-11);
      }
    }
    assertEquals(0, Quantile.normal(0.5));
    assertTrue(Quantile.normal(0x1p-53) > -8.3);
    assertEquals(Quantile.normal(0x1p-53), -Quantile.normal(1 - 0x1p-53));
  }

  @Test
  void neighboursAndStreamsAreUncorrelated() {
    double[] a = new double[N];
    double[] b = new double[N];
    double[] c = new double[N];
    Draw.uniform(42, 1, a, 0, N);
    Draw.uniform(42, 2, b, 0, N);
    Draw.uniform(43, 1, c, 0, N);
    var correlation = new PearsonsCorrelation();
    double bound = 5 / Math.sqrt(N);
    assertEquals(0, correlation.correlation(a, b), bound);
    assertEquals(0, correlation.correlation(a, c), bound);
    for (int lag : new int[] {1, 2, 4, 256, 512}) {
      double[] head = Arrays.copyOf(a, N - lag);
      double[] tail = Arrays.copyOfRange(a, lag, N);
      assertEquals(0, correlation.correlation(head, tail), bound, "lag " + lag);
    }
  }

  @Test
  void bernoulliHasItsProbability() {
    float[] x = new float[N];
    for (double p : new double[] {0.1, 0.5, 0.9}) {
      Draw.bernoulli(3, 1, p, 1 / p, x, 0, N);
      int yes = 0;
      for (float v : x) {
        assertTrue(v == 0 || v == (float) (1 / p));
        yes += v == 0 ? 0 : 1;
      }
      assertEquals(p, (double) yes / N, 5 * Math.sqrt(p * (1 - p) / N));
    }
    Draw.bernoulli(3, 1, 1, 2, x, 0, N);
    float[] all = new float[N];
    Arrays.fill(all, 2);
    assertArrayEquals(all, x);
    Draw.bernoulli(3, 1, 0, 2, x, 0, N);
    assertArrayEquals(new float[N], x);
    double[] d = new double[N];
    Draw.bernoulli(3, 1, 0.3, 2, d, 0, N);
    Draw.bernoulli(3, 1, 0.3, 2, x, 0, N);
    assertArrayEquals(d, widen(x));
  }

  @Test
  void integersAreEquallyLikely() {
    long[] x = new long[N];
    Draw.integers(9, 1, -3, 7, x, 0, N);
    long[] counts = new long[10];
    for (long v : x) {
      counts[(int) v + 3]++;
    }
    double[] expected = new double[10];
    Arrays.fill(expected, N / 10.0);
    assertTrue(new ChiSquareTest().chiSquareTest(expected, counts) > 1e-3);
    // Three quarters of the 64-bit range: a quarter of the first words are refused.
    Draw.integers(9, 2, Long.MIN_VALUE, Long.MIN_VALUE / -2, x, 0, N);
    int low = 0;
    for (long v : x) {
      assertTrue(v < Long.MIN_VALUE / -2);
      low += v < Long.MIN_VALUE / 2 ? 1 : 0;
    }
    assertEquals(1 / 3.0, (double) low / N, 5 * Math.sqrt(2 / 9.0 / N));
    Draw.integers(9, 3, 5, 6, x, 0, N);
    assertTrue(Arrays.stream(x).allMatch(v -> v == 5));
  }

  @Test
  void permutationsArePermutationsAndEquallyLikely() {
    for (int n : new int[] {0, 1, 2, 10, 1797, 70_000}) {
      int[] order = Draw.permutation(11, n, n);
      assertEquals(n, Arrays.stream(order).distinct().filter(i -> 0 <= i && i < n).count());
    }
    long[] counts = new long[24];
    for (int stream = 0; stream < 12_000; stream++) {
      int[] p = Draw.permutation(11, stream, 4);
      int rank = 0;
      for (int i = 0; i < 4; i++) {
        int smaller = 0;
        for (int j = i + 1; j < 4; j++) {
          smaller += p[j] < p[i] ? 1 : 0;
        }
        rank = rank * (4 - i) + smaller;
      }
      counts[rank]++;
    }
    double[] expected = new double[24];
    Arrays.fill(expected, 500);
    assertTrue(new ChiSquareTest().chiSquareTest(expected, counts) > 1e-3);
  }

  @Test
  void elementsDependOnNothingButTheirNumber() {
    float[] all = new float[N];
    Draw.normal(1, 2, 0, 1, all, 0, N);
    for (int n : new int[] {1, 10, 1024, 1025, 40_000}) {
      float[] some = new float[n + 7];
      Draw.normal(1, 2, 0, 1, some, 7, n);
      assertArrayEquals(Arrays.copyOf(all, n), Arrays.copyOfRange(some, 7, n + 7));
    }
    int before = Workers.threads();
    try {
      for (int threads : new int[] {1, 2, 3, 7}) {
        Workers.setThreads(threads);
        float[] again = new float[N];
        Draw.normal(1, 2, 0, 1, again, 0, N);
        assertArrayEquals(all, again);
      }
    } finally {
      Workers.setThreads(before);
    }
    float[] other = new float[N];
    Draw.normal(1, 3, 0, 1, other, 0, N);
    assertFalse(Arrays.equals(all, other));
  }

  @Test
  void theUpperEndIsNeverReached() {
    float[] x = new float[N];
    Draw.uniform(1, 1, 16777215, 16777217, x, 0, N); // hi is 16777216 as a float
    for (float v : x) {
      assertTrue(v < 16777216f, "" + v);
    }
    Draw.uniform(1, 1, 3, 3, x, 0, N);
    assertEquals(3, x[0]);
  }

  private static void assertDistributed(
      double[] x, RealDistribution expected, double mean, double variance) {
    var found = new DescriptiveStatistics(x);
    assertEquals(mean, found.getMean(), 5 * Math.sqrt(variance / N));
    assertEquals(variance, found.getVariance(), 5 * variance * Math.sqrt(2.0 / N));
    var test = new KolmogorovSmirnovTest();
    double distance = test.kolmogorovSmirnovStatistic(expected, x);
    assertTrue(distance < 1.95 / Math.sqrt(N), "distance " + distance); // 1 in 1000 by chance
  }

  private static double[] widen(float[] x) {
    double[] d = new double[x.length];
    for (int i = 0; i < d.length; i++) {
      d[i] = x[i];
    }
    return d;
  }
}
