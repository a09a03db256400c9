package gradus.kernel.reduce;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import gradus.kernel.array.Strided;
import gradus.kernel.threads.Workers;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunningSumTest {
  /** Large enough for several tiles and parts, and with tiles that are not full. */
  private static final int[] SHAPE = {3, 67, 201};

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7})
  void alongEveryDimensionWithTheSameBits(int threads) {
    int before = Workers.threads();
    Workers.setThreads(threads);
    try {
      for (int dim = 0; dim < SHAPE.length; dim++) {
        check(dim);
      }
    } finally {
      Workers.setThreads(before);
    }
  }

  private static void check(int dim) {
    var random = new Random(dim);
    int count = SHAPE[0] * SHAPE[1] * SHAPE[2];
    float[] f = new float[count];
    double[] d = new double[count];
    long[] l = new long[count];
    for (int i = 0; i < count; i++) {
      l[i] = random.nextInt(-100, 100);
      d[i] = random.nextGaussian();
      f[i] = (float) d[i];
    }
    float[] sumsOfF = new float[count];
    double[] sumsOfD = new double[count];
    long[] sumsOfL = new long[count];
    run(dim, f, sumsOfF);
    run(dim, d, sumsOfD);
    run(dim, l, sumsOfL);
    int step = Strided.rowMajor(SHAPE)[dim];
    double[] exactF = new double[count];
    for (int i = 0; i < count; i++) {
      boolean first = i / step % SHAPE[dim] == 0;
      exactF[i] = f[i] + (first ? 0 : exactF[i - step]);
      d[i] += first ? 0 : d[i - step];
      l[i] += first ? 0 : l[i - step];
      assertEquals((float) exactF[i], sumsOfF[i]);
    }
    assertArrayEquals(d, sumsOfD);
    assertArrayEquals(l, sumsOfL);
  }

  private static void run(int dim, Object x, Object y) {
    RunningSum.run(Strided.dense(x, 0, SHAPE).last(dim), Strided.dense(y, 0, SHAPE).last(dim));
  }

  /** 2^24 + 1 is no float: a chain of floats would stay at 2^24 for ever. */
  @Test
  void floatsAreSummedInDouble() {
    float[] x = {1 << 24, 1, 1, 1, 1};
    float[] y = new float[5];
    RunningSum.run(Strided.dense(x, 0, 5), Strided.dense(y, 0, 5));
    float large = 1 << 24;
    assertArrayEquals(new float[] {large, large, large + 2, large + 4, large + 4}, y);
  }

  @Test
  void backwardsAndIntoItsOwnArray() {
    double[] x = {1, 2, 3, 4};
    Strided backwards = Strided.vector(x, 3, 4, -1);
    RunningSum.run(backwards, backwards);
    assertArrayEquals(new double[] {10, 9, 7, 4}, x);
  }
}
