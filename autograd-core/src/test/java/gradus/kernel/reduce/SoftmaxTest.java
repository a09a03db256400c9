package gradus.kernel.reduce;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import gradus.kernel.array.Strided;
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
      Softmax.run(
          log, Strided.matrix(x, 1, rows, n, n + pad, 1), Strided.matrix(y, 0, rows, n, n, 1));
      Softmax.backward(
          log,
          Strided.dense(y, 0, rows, n),
          Strided.matrix(g, 1, rows, n, n + pad, 1),
          Strided.dense(dx, 0, rows, n));
      float[] yf = new float[rows * n];
      float[] dxf = new float[rows * n];
      Softmax.run(
          log,
          Strided.matrix(narrow(x), 1, rows, n, n + pad, 1),
          Strided.matrix(yf, 0, rows, n, n, 1));
      Softmax.backward(
          log,
          Strided.dense(yf, 0, rows, n),
          Strided.matrix(narrow(g), 1, rows, n, n + pad, 1),
          Strided.dense(dxf, 0, rows, n));
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
    Softmax.run(
        false,
        Strided.matrix(new float[] {1000, -1000, 1000}, 0, 1, 3, 3, 1),
        Strided.matrix(y, 0, 1, 3, 3, 1));
    assertArrayEquals(new float[] {0.5f, 0, 0.5f}, y);
    Softmax.run(
        true,
        Strided.matrix(new float[] {1000, -1000, 1000}, 0, 1, 3, 3, 1),
        Strided.matrix(y, 0, 1, 3, 3, 1));
    assertEquals(-2000, y[1], 1);
    float none = Float.NEGATIVE_INFINITY;
    Softmax.run(
        false,
        Strided.matrix(new float[] {0, none, 0}, 0, 1, 3, 3, 1),
        Strided.matrix(y, 0, 1, 3, 3, 1));
    assertArrayEquals(new float[] {0.5f, 0, 0.5f}, y);
    Softmax.run(
        false,
        Strided.matrix(new float[] {none, none, none}, 0, 1, 3, 3, 1),
        Strided.matrix(y, 0, 1, 3, 3, 1));
    assertTrue(Float.isNaN(y[0]));
  }

  @Test
  void threadsAndGroupsDoNotShow() {
    int rows = 5000;
    int n = 33;
    float[] x = narrow(new Random(1).doubles(rows * n, -5, 5).toArray());
    float[] expected = new float[rows * n];
    for (int r = 0; r < rows; r++) {
      Softmax.run(
          true, Strided.matrix(x, r * n, 1, n, n, 1), Strided.matrix(expected, r * n, 1, n, n, 1));
    }
    int before = Workers.threads();
    try {
      for (int threads : new int[] {1, 2, 3, 7}) {
        Workers.setThreads(threads);
        float[] y = new float[rows * n];
        Softmax.run(true, Strided.matrix(x, 0, rows, n, n, 1), Strided.matrix(y, 0, rows, n, n, 1));
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
