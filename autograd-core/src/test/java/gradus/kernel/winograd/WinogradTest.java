package gradus.kernel.winograd;

import static org.assertj.core.api.Assertions.assertThat;

import gradus.Gradus;
import gradus.Tensor;
import gradus.kernel.array.Strided;
import gradus.kernel.conv.Algorithm;
import gradus.kernel.conv.Convolution;
import gradus.kernel.conv.ConvolutionPlan;
import gradus.kernel.conv.ConvolutionPlan.Pass;
import gradus.kernel.conv.Dimension;
import gradus.kernel.gemm.PanelProduct;
import gradus.kernel.threads.Workers;
import gradus.kernel.winograd.WinogradTiles.Plane;
import gradus.op.convolution.Conv;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WinogradTest {
  /** Whole tiles and tiles over the edge, every padding, groups, odd numbers of channels. */
  private static final List<Convolution> CASES =
      List.of(
          of(16, 1, 32, 32, 4, 4, 1, 1), // one tile each: the source first
          of(3, 1, 37, 33, 13, 10, 0, 2),
          of(16, 1, 32, 40, 1, 2, 1, 1), // less than a tile
          of(2, 1, 35, 32, 15, 9, 3, 4), // zeros that no gradient reaches
          of(2, 3, 32, 33, 9, 14, 1, 0),
          of(12, 1, 33, 50, 17, 18, 1, 1), // many tiles: the kernels first, sums in blocks
          of(1, 1, 270, 34, 16, 17, 2, 1), // more channels than a block
          of(1, 1, 240, 250, 46, 45, 1, 1), // sums too large for several blocks
          of(1, 1, 32, 32, 3, 300, 0, 1)); // longer rows than a block

  private final int threads = Workers.threads();

  @AfterEach
  void restore() {
    Workers.setThreads(threads);
    Gradus.winograd(true);
  }

  private static Convolution of(
      int images, int groups, int channels, int filters, int h, int w, int top, int left) {
    Dimension rows = new Dimension(h, 3, 1, top, 1, h + 2 * top - 2);
    Dimension columns = new Dimension(w, 3, 1, left, 1, w + 2 * left - 2);
    return of(images, groups, channels, filters, Dimension.ONE, rows, columns);
  }

  private static Convolution of(
      int images, int groups, int channels, int filters, Dimension... dims) {
    return new Convolution(images, groups, channels, filters, List.of(dims), true);
  }

  private static Convolution direct(Convolution c) {
    return new Convolution(c.images(), c.groups(), c.channels(), c.filters(), c.dims(), false);
  }

  private static Winograd winograd(WinogradKernels kernels, Convolution c) {
    Dimension h = c.dims().get(1);
    Dimension w = c.dims().get(2);
    Plane in = new Plane(h.in(), w.in());
    Plane out = new Plane(h.out(), w.out());
    var tiles = new WinogradTiles(c.images(), in, h.before(), w.before(), out);
    return new Winograd(kernels, tiles, c.groups(), c.channels(), c.filters());
  }

  private static boolean isChosen(Convolution c, boolean isDouble) {
    return ConvolutionPlan.of(c, Pass.FORWARD, isDouble)
        .algorithms()
        .equals(List.of(Algorithm.WINOGRAD));
  }

  private static Strided all(float[] array) {
    return from(array, 0);
  }

  private static Strided all(double[] array) {
    return Strided.vector(array, 0, array.length, 1);
  }

  private static Strided from(float[] array, int offset) {
    return Strided.vector(array, offset, array.length - offset, 1);
  }

  /** The operands of a convolution, and what it makes of them. */
  private record Passes(Convolution c, float[] x, float[] w, float[] bias, float[] g) {
    static Passes of(Convolution c) {
      int kernels = c.groups() * c.filters();
      int inputs =
          c.images() * c.groups() * c.channels() * c.dims().get(1).in() * c.dims().get(2).in();
      int outputs = c.images() * kernels * c.dims().get(1).out() * c.dims().get(2).out();
      return new Passes(
          c,
          random(inputs, 1),
          random(kernels * c.channels() * 9, 2),
          random(kernels, 3),
          random(outputs, 4));
    }

    private static float[] random(int n, int seed) {
      var random = new Random(seed);
      float[] values = new float[n];
      for (int i = 0; i < n; i++) {
        values[i] = random.nextFloat() - 0.5f;
      }
      return values;
    }

    private static double[] wide(float[] values) {
      double[] wide = new double[values.length];
      for (int i = 0; i < wide.length; i++) {
        wide[i] = values[i];
      }
      return wide;
    }

    List<float[]> run() {
      float[] y = new float[g.length];
      float[] dx = new float[x.length];
      float[] dw = new float[w.length];
      c.forward(all(x), all(w), all(bias), all(y));
      c.inputGradient(all(g), all(w), all(dx));
      c.kernelGradient(all(g), all(x), all(dw));
      return List.of(y, dx, dw);
    }

    List<float[]> runBy(WinogradKernels kernels) {
      float[] y = new float[g.length];
      float[] dx = new float[x.length];
      float[] dw = new float[w.length];
      winograd(kernels, c).forward(all(x), all(w), all(bias), all(y));
      winograd(kernels, c).inputGradient(all(g), all(w), all(dx));
      winograd(kernels, c).kernelGradient(all(g), all(x), all(dw));
      return List.of(y, dx, dw);
    }

    /** By the direct chains in double. */
    List<double[]> runInDouble() {
      double[] y = new double[g.length];
      double[] dx = new double[x.length];
      double[] dw = new double[w.length];
      c.forward(all(wide(x)), all(wide(w)), all(wide(bias)), all(y));
      c.inputGradient(all(wide(g)), all(wide(w)), all(dx));
      c.kernelGradient(all(wide(g)), all(wide(x)), all(dw));
      return List.of(y, dx, dw);
    }
  }

  @Test
  void allPassesAgreeWithTheDirectOnesInDouble() {
    for (Convolution c : CASES) {
      Passes passes = Passes.of(c);
      List<float[]> found = passes.runBy(WinogradKernels.PLATFORM);
      List<double[]> expected = passes.runInDouble();
      for (int pass = 0; pass < 3; pass++) {
        double largest = Arrays.stream(expected.get(pass)).map(Math::abs).max().orElseThrow();
        for (int i = 0; i < found.get(pass).length; i++) {
          assertThat(Math.abs(found.get(pass)[i] - expected.get(pass)[i]))
              .as("%s, pass %d, element %d", c, pass, i)
              .isLessThan(5e-6 * largest);
        }
      }
    }
  }

  @Test
  void theErrorIsAFewTimesThatOfTheDirectSum() {
    Passes passes = Passes.of(of(4, 1, 128, 32, 16, 16, 1, 1));
    List<double[]> expected = passes.runInDouble();
    List<float[]> found = passes.run();
    List<float[]> direct = Passes.of(direct(passes.c)).run();
    for (int pass = 0; pass < 3; pass++) {
      assertThat(error(found.get(pass), expected.get(pass)))
          .as("pass %d", pass)
          .isLessThan(3.5 * error(direct.get(pass), expected.get(pass)));
    }
  }

  private static List<Integer> hashes(List<float[]> results) {
    return results.stream().map(Arrays::hashCode).toList();
  }

  private static double error(float[] found, double[] expected) {
    double sum = 0;
    for (int i = 0; i < found.length; i++) {
      sum += Math.pow(found[i] - expected[i], 2);
    }
    return Math.sqrt(sum / found.length);
  }

  @Test
  void threadsLeaveTheBitsAlone() {
    for (Convolution c : CASES) {
      Passes passes = Passes.of(c);
      Workers.setThreads(1);
      List<Integer> expected = hashes(passes.runBy(WinogradKernels.PLATFORM));
      for (int n : List.of(2, 3, 7)) {
        Workers.setThreads(n);
        assertThat(hashes(passes.runBy(WinogradKernels.PLATFORM)))
            .as("%s with %d threads", c, n)
            .isEqualTo(expected);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {128, 256, 512})
  void everyWidthHasTheBitsOfPlainLoops(int bits) {
    var plain = new WinogradKernels(0, false, PanelProduct.of(0));
    var vectors = new WinogradKernels(bits, false, PanelProduct.of(bits));
    for (Convolution c : CASES.subList(0, 5)) {
      Passes passes = Passes.of(c);
      assertThat(hashes(passes.runBy(vectors)))
          .as(c.toString())
          .isEqualTo(hashes(passes.runBy(plain)));
    }
  }

  @Test
  void offsetsAreKept() {
    Convolution c = CASES.get(1);
    Passes p = Passes.of(c);
    List<float[]> expected = p.run();
    float[] y = new float[p.g.length + 5];
    float[] dx = new float[p.x.length + 6];
    float[] dw = new float[p.w.length + 7];
    c.forward(
        from(moved(p.x, 1), 1), from(moved(p.w, 2), 2), from(moved(p.bias, 3), 3), from(y, 4));
    c.inputGradient(from(moved(p.g, 5), 5), from(moved(p.w, 1), 1), from(dx, 2));
    c.kernelGradient(from(moved(p.g, 3), 3), from(moved(p.x, 4), 4), from(dw, 1));
    assertThat(y).isEqualTo(Arrays.copyOf(moved(expected.get(0), 4), y.length));
    assertThat(dx).isEqualTo(Arrays.copyOf(moved(expected.get(1), 2), dx.length));
    assertThat(dw).isEqualTo(Arrays.copyOf(moved(expected.get(2), 1), dw.length));
  }

  private static float[] moved(float[] values, int by) {
    float[] moved = new float[values.length + by];
    System.arraycopy(values, 0, moved, by, values.length);
    return moved;
  }

  @Test
  void aNanStaysInTheTilesThatMeetIt() {
    Convolution c = of(2, 1, 32, 32, 16, 16, 1, 1);
    Passes passes = Passes.of(c);
    float[] y = passes.run().get(0);
    passes.x[5 * 16 + 6] = Float.NaN; // of the tile at rows and columns 4 to 7
    float[] with = passes.run().get(0);
    for (int i = 0; i < y.length; i++) {
      boolean near = i < y.length / 2 && i / 16 % 16 / 4 == 1 && i % 16 / 4 == 1;
      if (near) {
        assertThat(with[i]).isNaN();
      } else {
        assertThat(with[i]).isEqualTo(y[i]);
      }
    }
  }

  @Test
  void theSwitchBringsTheDirectChainBack() {
    Convolution c = CASES.get(0);
    Passes passes = Passes.of(c);
    float[] chain = new float[passes.g.length];
    direct(c).forward(all(passes.x), all(passes.w), all(passes.bias), all(chain));
    assertThat(passes.run().get(0)).isNotEqualTo(chain);
    assertThat(Passes.of(direct(c)).run().get(0)).isEqualTo(chain);

    Tensor x = Tensor.of(passes.x).reshape(16, 32, 4, 4);
    Tensor w = Tensor.of(passes.w).reshape(32, 32, 3, 3);
    Conv conv = Conv.of(2).withPadding(1);
    Tensor bias = Tensor.of(passes.bias);
    assertThat(conv.apply(x, w, bias).toFloats()).isEqualTo(passes.run().get(0));
    Gradus.winograd(false);
    assertThat(Gradus.describe()).contains("winograd  off");
    assertThat(conv.apply(x, w, bias).toFloats()).isEqualTo(chain);
    Gradus.winograd(true);
    assertThat(Gradus.describe()).contains("winograd  on");
  }

  @Test
  void doublesAndOtherShapesAreDirect() {
    assertThat(isChosen(CASES.get(0), false)).isTrue();
    assertThat(isChosen(CASES.get(0), true)).isFalse();
    assertThat(
            List.of(
                of(16, 1, 23, 32, 8, 8, 1, 1), // too few channels
                of(16, 1, 32, 23, 8, 8, 1, 1), // too few filters
                of(1, 1, 32, 32, 8, 8, 1, 1), // too few tiles
                of(16, 1, 32, 32, 5, 5, 1, 1))) // too much over the edge
        .noneMatch(c -> isChosen(c, false));
    Dimension plain = new Dimension(16, 3, 1, 1, 1, 16);
    Dimension strided = new Dimension(16, 3, 2, 1, 1, 8);
    Dimension dilated = new Dimension(16, 3, 1, 1, 2, 14);
    Dimension single = new Dimension(16, 1, 1, 0, 1, 16);
    Dimension two = new Dimension(2, 1, 1, 0, 1, 2);
    assertThat(
            List.of(
                of(16, 1, 32, 32, Dimension.ONE, strided, plain),
                of(16, 1, 32, 32, Dimension.ONE, dilated, plain),
                of(16, 1, 32, 32, Dimension.ONE, plain, single),
                of(16, 1, 32, 32, two, plain, plain)))
        .noneMatch(c -> isChosen(c, false));
  }

  /** Numbers as they are. */
  private static final WinogradTransform.Arithmetic<Double> EXACT =
      new WinogradTransform.Arithmetic<>() {
        @Override
        public Double add(Double x, Double y) {
          return x + y;
        }

        @Override
        public Double sub(Double x, Double y) {
          return x - y;
        }

        @Override
        public Double times(double factor, Double x) {
          return factor * x;
        }

        @Override
        public Double fma(double factor, Double x, Double y) {
          return Math.fma(factor, x, y);
        }
      };

  @Test
  void transformsMakeACorrelationAndItsAdjoint() {
    List<Double> x = List.of(0.3, -1.2, 0.7, 2.5, -0.4, 1.1);
    List<Double> w = List.of(0.9, -0.6, 1.7);
    List<Double> g = List.of(1.3, -0.8, 0.2, 0.5);
    List<Double> source = WinogradTransform.SOURCE.apply(EXACT, x);
    List<Double> y =
        WinogradTransform.RESULT.apply(
            EXACT, products(source, WinogradTransform.KERNEL.apply(EXACT, w)));
    List<Double> dw =
        WinogradTransform.KERNEL_GRADIENT.apply(
            EXACT, products(source, WinogradTransform.GRADIENT.apply(EXACT, g)));
    for (int i = 0; i < y.size(); i++) {
      assertThat(y.get(i)).isCloseTo(correlation(x, w, i), within());
    }
    for (int i = 0; i < dw.size(); i++) {
      assertThat(dw.get(i)).isCloseTo(correlation(x, g, i), within());
    }
  }

  private static org.assertj.core.data.Offset<Double> within() {
    return org.assertj.core.data.Offset.offset(1e-13);
  }

  private static List<Double> products(List<Double> a, List<Double> b) {
    List<Double> products = new ArrayList<>();
    for (int i = 0; i < a.size(); i++) {
      products.add(a.get(i) * b.get(i));
    }
    return products;
  }

  private static double correlation(List<Double> x, List<Double> w, int at) {
    double sum = 0;
    for (int i = 0; i < w.size(); i++) {
      sum += x.get(at + i) * w.get(i);
    }
    return sum;
  }
}
