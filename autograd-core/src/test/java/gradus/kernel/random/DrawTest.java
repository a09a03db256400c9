package gradus.kernel.random;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import gradus.kernel.array.Strided;
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
    new Distributions(42, 1).uniform(0, 1, Strided.vector(x, 0, N, 1));
    assertDistributed(x, new UniformRealDistribution(0, 1), 0.5, 1 / 12.0);
    float[] f = new float[N];
    new Distributions(42, 2).uniform(0, 1, Strided.vector(f, 0, N, 1));
    assertDistributed(widen(f), new UniformRealDistribution(0, 1), 0.5, 1 / 12.0);
    new Distributions(42, 3).uniform(-3, 5, Strided.vector(x, 0, N, 1));
    assertDistributed(x, new UniformRealDistribution(-3, 5), 1, 64 / 12.0);
    new Distributions(42, 4).uniform(-3, 5, Strided.vector(f, 0, N, 1));
    assertDistributed(widen(f), new UniformRealDistribution(-3, 5), 1, 64 / 12.0);
  }

  @Test
  void uniformNumbersAreTheHighBitsOfTheirWords() {
    float[] f = new float[Philox.BLOCKS];
    new Distributions(42, 7).uniform(0, 1, Strided.vector(f, 0, f.length, 1));
    double[] d = new double[Philox.BLOCKS];
    new Distributions(42, 7).uniform(0, 1, Strided.vector(d, 0, d.length, 1));
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
    new Distributions(7, 1).normal(0, 1, Strided.vector(x, 0, N, 1));
    assertDistributed(x, new NormalDistribution(), 0, 1);
    float[] f = new float[N];
    new Distributions(7, 2).normal(2, 3, Strided.vector(f, 0, N, 1));
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
    new Distributions(42, 1).uniform(0, 1, Strided.vector(a, 0, N, 1));
    new Distributions(42, 2).uniform(0, 1, Strided.vector(b, 0, N, 1));
    new Distributions(43, 1).uniform(0, 1, Strided.vector(c, 0, N, 1));
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
      new Distributions(3, 1).bernoulli(p, 1 / p, Strided.vector(x, 0, N, 1));
      int yes = 0;
      for (float v : x) {
        assertTrue(v == 0 || v == (float) (1 / p));
        yes += v == 0 ? 0 : 1;
      }
      assertEquals(p, (double) yes / N, 5 * Math.sqrt(p * (1 - p) / N));
    }
    new Distributions(3, 1).bernoulli(1, 2, Strided.vector(x, 0, N, 1));
    float[] all = new float[N];
    Arrays.fill(all, 2);
    assertArrayEquals(all, x);
    new Distributions(3, 1).bernoulli(0, 2, Strided.vector(x, 0, N, 1));
    assertArrayEquals(new float[N], x);
    double[] d = new double[N];
    new Distributions(3, 1).bernoulli(0.3, 2, Strided.vector(d, 0, N, 1));
    new Distributions(3, 1).bernoulli(0.3, 2, Strided.vector(x, 0, N, 1));
    assertArrayEquals(d, widen(x));
  }

  @Test
  void integersAreEquallyLikely() {
    long[] x = new long[N];
    new Distributions(9, 1).integers(-3, 7, Strided.vector(x, 0, N, 1));
    long[] counts = new long[10];
    for (long v : x) {
      counts[(int) v + 3]++;
    }
    double[] expected = new double[10];
    Arrays.fill(expected, N / 10.0);
    assertTrue(new ChiSquareTest().chiSquareTest(expected, counts) > 1e-3);
    // Three quarters of the 64-bit range: a quarter of the first words are refused.
    new Distributions(9, 2)
        .integers(Long.MIN_VALUE, Long.MIN_VALUE / -2, Strided.vector(x, 0, N, 1));
    int low = 0;
    for (long v : x) {
      assertTrue(v < Long.MIN_VALUE / -2);
      low += v < Long.MIN_VALUE / 2 ? 1 : 0;
    }
    assertEquals(1 / 3.0, (double) low / N, 5 * Math.sqrt(2 / 9.0 / N));
    new Distributions(9, 3).integers(5, 6, Strided.vector(x, 0, N, 1));
    assertTrue(Arrays.stream(x).allMatch(v -> v == 5));
  }

  @Test
  void permutationsArePermutationsAndEquallyLikely() {
    for (int n : new int[] {0, 1, 2, 10, 1797, 70_000}) {
      int[] order = new Distributions(11, n).permutation(n);
      assertEquals(n, Arrays.stream(order).distinct().filter(i -> 0 <= i && i < n).count());
    }
    long[] counts = new long[24];
    for (int stream = 0; stream < 12_000; stream++) {
      int[] p = new Distributions(11, stream).permutation(4);
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
    new Distributions(1, 2).normal(0, 1, Strided.vector(all, 0, N, 1));
    for (int n : new int[] {1, 10, 1024, 1025, 40_000}) {
      float[] some = new float[n + 7];
      new Distributions(1, 2).normal(0, 1, Strided.vector(some, 7, n, 1));
      assertArrayEquals(Arrays.copyOf(all, n), Arrays.copyOfRange(some, 7, n + 7));
    }
    int before = Workers.threads();
    try {
      for (int threads : new int[] {1, 2, 3, 7}) {
        Workers.setThreads(threads);
        float[] again = new float[N];
        new Distributions(1, 2).normal(0, 1, Strided.vector(again, 0, N, 1));
        assertArrayEquals(all, again);
      }
    } finally {
      Workers.setThreads(before);
    }
    float[] other = new float[N];
    new Distributions(1, 3).normal(0, 1, Strided.vector(other, 0, N, 1));
    assertFalse(Arrays.equals(all, other));
  }

  @Test
  void theUpperEndIsNeverReached() {
    float[] x = new float[N];
    new Distributions(1, 1)
        .uniform(16777215, 16777217, Strided.vector(x, 0, N, 1)); // hi is 16777216 as a float
    for (float v : x) {
      assertTrue(v < 16777216f, "" + v);
    }
    new Distributions(1, 1).uniform(3, 3, Strided.vector(x, 0, N, 1));
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
