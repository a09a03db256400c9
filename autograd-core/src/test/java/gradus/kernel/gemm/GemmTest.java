package gradus.kernel.gemm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import gradus.kernel.array.Strided;
import gradus.kernel.threads.Workers;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Bit for bit against the plain triple loop. All NaNs count as one: the platform leaves open which
 * payload survives. AssertJ compares arrays by {@code equals} of the boxes, which tells -0 from 0
 * and takes NaN for NaN.
 */
class GemmTest {
  private final int threadsBefore = Workers.threads();

  @AfterEach
  void restoreThreads() {
    Workers.setThreads(threadsBefore);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7})
  void anyShapeAndLayoutHasTheBitsOfThePlainLoop(int threads) {
    Workers.setThreads(threads);
    Random random = new Random(threads);
    for (int i = 0; i < 150; i++) {
      check(GemmCase.random(random, 70));
    }
  }

  /**
   * Shapes that take every road: many tiles, several blocks of k, shared panels, narrow and low
   * matrices.
   */
  @ParameterizedTest
  @CsvSource({
    "200, 300, 50",
    "97, 33, 600",
    "13, 500, 300",
    "300, 40, 700",
    "1, 1000, 600",
    "2, 992, 2200",
    "1000, 1, 600",
    "260, 17, 1100",
    "6, 64, 40",
    "40, 64, 40",
    "500, 1100, 30",
    "3000, 2, 1",
    "3000, 3, 90",
    "5, 3000, 1",
    "700, 20, 60",
    "5000, 6, 50"
  })
  void largeShapesHaveTheBitsOfThePlainLoop(int m, int n, int k) {
    Workers.setThreads(3);
    Random random = new Random(m);
    for (int i = 0; i < 4; i++) {
      check(GemmCase.of(m, n, k, random));
    }
  }

  private static void check(GemmCase problem) {
    assertThat(problem.floatsByGemm()).as("%s", problem).isEqualTo(problem.floatsByPlainLoop());
    assertThat(problem.doublesByGemm()).as("%s", problem).isEqualTo(problem.doublesByPlainLoop());
    assertThat(problem.floatsPacked(null))
        .as("packed scalar %s", problem)
        .isEqualTo(problem.floatsByPlainLoop());
    assertThat(problem.floatsBy(null))
        .as("scalar %s", problem)
        .isEqualTo(problem.floatsByPlainLoop());
    assertThat(problem.doublesBy(null))
        .as("scalar %s", problem)
        .isEqualTo(problem.doublesByPlainLoop());
  }

  @ParameterizedTest
  @ValueSource(ints = {128, 256, 512})
  void everyVectorWidthHasTheBitsOfThePlainLoop(int bits) {
    assumeFalse(Boolean.getBoolean("gradus.test.scalar"), "the Vector API is left out");
    assertThat(ModuleLayer.boot().findModule("jdk.incubator.vector"))
        .as("the tests run with the Vector API")
        .isPresent();
    MicroKernels floats = new MicroKernels(new FloatGemmLoops(), bits, false);
    MicroKernels doubles = new MicroKernels(new DoubleGemmLoops(), bits, false);
    Random random = new Random(bits);
    Workers.setThreads(2);
    for (int i = 0; i < 120; i++) {
      GemmCase problem = GemmCase.random(random, 40);
      assertThat(problem.floatsBy(floats)).as("%s", problem).isEqualTo(problem.floatsByPlainLoop());
      assertThat(problem.floatsPacked(floats))
          .as("packed %s", problem)
          .isEqualTo(problem.floatsByPlainLoop());
      assertThat(problem.doublesBy(doubles))
          .as("%s", problem)
          .isEqualTo(problem.doublesByPlainLoop());
    }
    assertThat(floats.ready(1, 1, floats.form(true), 0)).as("kernels can be made").isTrue();
    assertThat(floats.mover(0)).isNotNull();
    GemmCase blocks = GemmCase.of(13, 2 * 512 / 32 + 3, 300, random);
    assertThat(blocks.floatsBy(floats)).isEqualTo(blocks.floatsByPlainLoop());
    for (int i = 0; i < 8; i++) { // tall enough to be turned if A lies by columns
      GemmCase tall = GemmCase.of(400, 21, 80, random);
      assertThat(tall.floatsBy(floats)).as("%s", tall).isEqualTo(tall.floatsByPlainLoop());
    }
    for (int m = 1; m <= 4; m++) { // so low that strips are wider, with every remainder
      for (int n = 16; n <= 300; n += 28) {
        GemmCase low = GemmCase.of(m, n, 9, random);
        assertThat(low.floatsBy(floats)).as("%s", low).isEqualTo(low.floatsByPlainLoop());
        assertThat(low.doublesBy(doubles)).as("%s", low).isEqualTo(low.doublesByPlainLoop());
      }
    }
    for (int i = 0; i < 8; i++) { // wide enough to be turned if B lies by columns
      GemmCase wide = GemmCase.of(15, 121, 300, random);
      assertThat(wide.floatsBy(floats)).as("%s", wide).isEqualTo(wide.floatsByPlainLoop());
    }
    for (int i = 0; i < 6; i++) { // large enough for deep blocks, and several of them
      GemmCase large = GemmCase.of(63 + i, 150, 2200, random);
      assertThat(large.floatsBy(floats)).as("%s", large).isEqualTo(large.floatsByPlainLoop());
      assertThat(large.doublesBy(doubles)).as("%s", large).isEqualTo(large.doublesByPlainLoop());
    }
    for (int n = 64; n <= 1024; n *= 4) { // B is read where it lies, unless its rows compete
      for (int i = 0; i < 4; i++) {
        GemmCase direct = GemmCase.of(100, n, 70, random);
        assertThat(direct.floatsBy(floats)).as("%s", direct).isEqualTo(direct.floatsByPlainLoop());
      }
    }
    for (int n = 75; n <= 96; n += 21) { // threads take bands of rows, where vectors are wide
      for (int i = 0; i < 6; i++) {
        GemmCase bands = GemmCase.of(150, n, 300, random);
        assertThat(bands.floatsBy(floats)).as("%s", bands).isEqualTo(bands.floatsByPlainLoop());
        assertThat(bands.doublesBy(doubles)).as("%s", bands).isEqualTo(bands.doublesByPlainLoop());
      }
    }
    GemmCase shared = GemmCase.of(200, 20, 40, random);
    assertThat(shared.doublesBy(doubles)).isEqualTo(shared.doublesByPlainLoop());
  }

  /** The default kernels become ready while this runs; results must not show when. */
  @Test
  void theChangeToCompiledKernelsCannotBeSeen() throws InterruptedException {
    GemmCase problem = GemmCase.of(37, 50, 41, new Random(5));
    float[] expected = problem.floatsByPlainLoop();
    long end = System.nanoTime() + 2_000_000_000L;
    while (System.nanoTime() < end) {
      assertThat(Arrays.equals(problem.floatsByGemm(), expected)).isTrue();
      Thread.sleep(1);
    }
  }

  @Test
  void withoutStepsResultsAreZeroOrUntouched() {
    float[] c = {1, 2, 3, 4, 5, 6, 7};
    Strided none = Strided.dense(new float[0], 0, 2, 0);
    Strided part = Strided.matrix(c, 1, 2, 2, 3, 1);
    Gemm.multiply(none, none.transposed(), part, true);
    assertThat(c).containsExactly(1, 2, 3, 4, 5, 6, 7);
    Gemm.multiply(none, none.transposed(), part, false);
    assertThat(c).containsExactly(1, 0, 0, 4, 0, 0, 7);
    Strided full = Strided.dense(new float[6], 0, 2, 3);
    Gemm.multiply(full.rows(0, 0), full.transposed(), part.rows(0, 0), false);
    Gemm.multiply(full, full.transposed().columns(0, 0), part.columns(0, 0), false);
    assertThat(c).containsExactly(1, 0, 0, 4, 0, 0, 7);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7})
  void batchesHaveTheBitsOfSingleProducts(int threads) {
    Workers.setThreads(threads);
    Random random = new Random(9);
    int[][] shapes = {{3, 4, 5}, {64, 10, 20}, {1, 1, 30}, {170, 180, 140}, {5, 7, 0}, {0, 3, 2}};
    for (int[] shape : shapes) {
      for (int batch : new int[] {0, 1, 2, 9}) {
        for (boolean shared : new boolean[] {false, true}) {
          checkBatch(random, batch, shape[0], shape[1], shape[2], shared);
        }
      }
    }
  }

  private static void checkBatch(Random random, int batch, int m, int n, int k, boolean shared) {
    boolean accumulate = random.nextBoolean();
    float[] a =
        new GemmCase(0, 0, 0, null, null, 0, 0, false, false, 1).floats(2 + batch * m * k, 1);
    float[] b =
        new GemmCase(0, 0, 0, null, null, 0, 0, false, false, 1).floats(1 + batch * k * n, 2);
    float[] c =
        new GemmCase(0, 0, 0, null, null, 0, 0, false, false, 1).floats(3 + batch * m * n, 3);
    float[] expected = c.clone();
    Strided left = Strided.dense(a, 2, batch, m, k);
    Strided right = right(b, batch, k, n, shared);
    one(left, right, Strided.dense(expected, 3, batch, m, n), accumulate);
    Gemm.multiply(left, right, Strided.dense(c, 3, batch, m, n), accumulate);
    assertThat(c).as("batch %d of %dx%dx%d shared %s", batch, m, n, k, shared).isEqualTo(expected);

    double[] cd = widen(c);
    double[] expectedDoubles = cd.clone();
    Strided leftDoubles = Strided.dense(widen(a), 2, batch, m, k);
    Strided rightDoubles = right(widen(b), batch, k, n, shared);
    one(leftDoubles, rightDoubles, Strided.dense(expectedDoubles, 3, batch, m, n), accumulate);
    Gemm.multiply(leftDoubles, rightDoubles, Strided.dense(cd, 3, batch, m, n), accumulate);
    assertThat(cd).isEqualTo(expectedDoubles);
  }

  /** One matrix for all, or one for each in opposite order. */
  private static Strided right(Object b, int batch, int k, int n, boolean shared) {
    int size = k * n;
    return shared
        ? Strided.dense(b, 1, k, n).expand(batch, k, n)
        : new Strided(b, 1 + (batch - 1) * size, new int[] {batch, k, n}, new int[] {-size, n, 1});
  }

  /** One product after the other. */
  private static void one(Strided a, Strided b, Strided c, boolean accumulate) {
    for (int i = 0; i < c.size(0); i++) {
      Gemm.multiply(a.matrix(i), b.matrix(i), c.matrix(i), accumulate);
    }
  }

  private static double[] widen(float[] floats) {
    double[] doubles = new double[floats.length];
    for (int i = 0; i < floats.length; i++) {
      doubles[i] = floats[i] / 3.0;
    }
    return doubles;
  }
}
