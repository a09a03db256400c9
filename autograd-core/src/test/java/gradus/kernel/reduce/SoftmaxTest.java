package gradus.kernel.reduce;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import gradus.kernel.threads.Workers;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SoftmaxTest {
  @ParameterizedTest
  @CsvSource({"64,10", "1,1", "3,700", "5,20000", "2000,17"})
  void agreesWithLoopsInDouble(int rows, int n) {
    var random = new Random(rows);
    int pad = 2; // between the rows of x and g
    double[] x = random.doubles(rows * (n + pad), -30, 30).toArray();
    double[] g = random.doubles(rows * (n + pad), -1, 1).toArray();
    for (boolean log : new boolean[] {false, true}) {
      double[] y = new double[rows * n];
      double[] dx = new double[rows * n];
      Softmax.run(log, rows, n, x, 1, n + pad, y, 0, n);
      Softmax.backward(log, rows, n, y, 0, n, g, 1, n + pad, dx, 0, n);
      float[] yf = new float[rows * n];
      float[] dxf = new float[rows * n];
      Softmax.run(log, rows, n, narrow(x), 1, n + pad, yf, 0, n);
      Softmax.backward(log, rows, n, yf, 0, n, narrow(g), 1, n + pad, dxf, 0, n);
      for (int r = 0; r < rows; r++) {
        int at = 1 + r * (n + pad);
        double[] p = new double[n];
        double most = Arrays.stream(x, at, at + n).max().orElseThrow();
        for (int j = 0; j < n; j++) {
          p[j] = Math.exp(x[at + j] - most);
        }
        double sum = Arrays.stream(p).sum();
        double dot = 0;
        double total = 0;
        for (int j = 0; j < n; j++) {
          p[j] /= sum;
          dot += p[j] * g[at + j];
          total += g[at + j];
        }
        for (int j = 0; j < n; j++) {
          double value = log ? x[at + j] - most - Math.log(sum) : p[j];
          double slope = log ? g[at + j] - p[j] * total : p[j] * (g[at + j] - dot);
          assertEquals(value, y[r * n + j], 1e-14 * (1 + Math.abs(value)));
          assertEquals(slope, dx[r * n + j], 1e-13 * (1 + Math.abs(slope)));
          assertEquals(value, yf[r * n + j], 6e-6 * (1 + Math.abs(value)));
          assertEquals(
              slope, dxf[r * n + j], 1e-5 * (1 + Math.abs(slope) + p[j] * Math.abs(total)));
        }
      }
    }
  }

  @Test
  void extremesStayFinite() {
    float[] y = new float[3];
    Softmax.run(false, 1, 3, new float[] {1000, -1000, 1000}, 0, 3, y, 0, 3);
    assertArrayEquals(new float[] {0.5f, 0, 0.5f}, y);
    Softmax.run(true, 1, 3, new float[] {1000, -1000, 1000}, 0, 3, y, 0, 3);
    assertEquals(-2000, y[1], 1);
    float none = Float.NEGATIVE_INFINITY;
    Softmax.run(false, 1, 3, new float[] {0, none, 0}, 0, 3, y, 0, 3);
    assertArrayEquals(new float[] {0.5f, 0, 0.5f}, y);
    Softmax.run(false, 1, 3, new float[] {none, none, none}, 0, 3, y, 0, 3);
    assertTrue(Float.isNaN(y[0]));
  }

  @Test
  void threadsAndGroupsDoNotShow() {
    int rows = 5000;
    int n = 33;
    float[] x = narrow(new Random(1).doubles(rows * n, -5, 5).toArray());
    float[] expected = new float[rows * n];
    for (int r = 0; r < rows; r++) {
      Softmax.run(true, 1, n, x, r * n, n, expected, r * n, n);
    }
    int before = Workers.threads();
    try {
      for (int threads : new int[] {1, 2, 3, 7}) {
        Workers.setThreads(threads);
        float[] y = new float[rows * n];
        Softmax.run(true, rows, n, x, 0, n, y, 0, n);
        assertArrayEquals(expected, y);
      }
    } finally {
      Workers.setThreads(before);
    }
  }

  private static float[] narrow(double[] x) {
    float[] f = new float[x.length];
    for (int i = 0; i < f.length; i++) {
      f[i] = (float) x[i];
    }
    return f;
  }
}
