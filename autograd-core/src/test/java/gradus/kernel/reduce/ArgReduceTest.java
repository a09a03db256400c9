package gradus.kernel.reduce;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import gradus.kernel.array.Strided;
import gradus.kernel.threads.Workers;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArgReduceTest {
  private static final float NAN = Float.NaN;

  @Test
  void theFirstOfEqualsAndTheFirstNan() {
    assertEquals(1, of(true, 1, 3, 3, 2));
    assertEquals(2, of(false, 3, 2, 1, 1));
    assertEquals(1, of(true, 9, NAN, 10, NAN));
    assertEquals(0, of(false, NAN, -1, NAN));
    assertEquals(0, of(true, -0f, 0f));
    assertEquals(0, of(true, Float.NEGATIVE_INFINITY, Float.NEGATIVE_INFINITY));
    assertEquals(0, of(false, 5));
  }

  private static long of(boolean greatest, float... x) {
    double[] d = new double[x.length];
    for (int i = 0; i < d.length; i++) {
      d[i] = x[i];
    }
    long[] y = new long[2];
    int[] none = {};
    ArgReduce.run(greatest, Strided.vector(x, 0, x.length, 1), Strided.dense(y, 0));
    ArgReduce.run(greatest, Strided.vector(d, 0, x.length, 1), Strided.dense(y, 1));
    assertEquals(y[0], y[1]);
    return y[0];
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7})
  void bothDirectionsAndEveryType(int threads) {
    int before = Workers.threads();
    Workers.setThreads(threads);
    try {
      for (int[] shape : new int[][] {{64, 10}, {10, 700}, {1, 5}, {300, 300}}) {
        for (int dim = 0; dim < 2; dim++) {
          for (boolean greatest : new boolean[] {true, false}) {
            check(shape[0], shape[1], dim, greatest);
          }
        }
      }
    } finally {
      Workers.setThreads(before);
    }
  }

  private static void check(int m, int n, int dim, boolean greatest) {
    var random = new Random(m);
    float[] f = new float[m * n];
    double[] d = new double[m * n];
    int[] i = new int[m * n];
    long[] l = new long[m * n];
    byte[] b = new byte[m * n];
    for (int p = 0; p < f.length; p++) {
      int v = random.nextInt(200);
      f[p] = v;
      d[p] = v;
      i[p] = v;
      l[p] = v;
      b[p] = (byte) v;
    }
    int kept = dim == 1 ? m : n;
    int length = dim == 1 ? n : m;
    int next = dim == 1 ? n : 1;
    int stride = dim == 1 ? 1 : n;
    long[] expected = new long[kept];
    for (int k = 0; k < kept; k++) {
      for (int j = 1; j < length; j++) {
        int v = i[k * next + j * stride];
        int best = i[k * next + (int) expected[k] * stride];
        expected[k] = (greatest ? v > best : v < best) ? j : expected[k];
      }
    }
    for (Object x : new Object[] {f, d, i, l, b}) {
      long[] y = new long[kept];
      ArgReduce.run(
          greatest,
          Strided.matrix(x, 0, kept, length, next, stride),
          Strided.vector(y, 0, kept, 1));
      assertArrayEquals(expected, y);
    }
  }
}
