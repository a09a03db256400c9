package gradus.kernel.conv;

import gradus.kernel.array.Strided;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A convolution with random numbers, by the kernels and by the loops that define it. */
record ConvCase(
    int images,
    int groups,
    int channels,
    int filters,
    int[] in,
    int[] kernel,
    int[] stride,
    int[] before,
    int[] dilation) {
  static final List<ConvCase> ALL =
      List.of(
          flat(3, 1, 1, 8, 28, 28, 3, 1, 1, 1), // one channel
          flat(2, 1, 33, 7, 30, 27, 3, 1, 1, 1), // blocks of channels, several tiles
          flat(9, 1, 40, 21, 5, 4, 3, 1, 1, 1), // several images in a tile
          flat(2, 1, 24, 13, 21, 20, 3, 2, 1, 1), // steps
          flat(2, 1, 9, 200, 9, 9, 3, 1, 1, 1), // output channels split
          flat(2, 3, 4, 5, 12, 13, 3, 1, 2, 2), // groups and dilation
          flat(2, 20, 1, 1, 15, 13, 3, 1, 1, 1), // depthwise
          flat(2, 18, 1, 2, 14, 17, 5, 2, 2, 1),
          flat(2, 3, 2, 1, 16, 19, 3, 3, 2, 2),
          flat(5, 13, 3, 2, 7, 6, 3, 1, 1, 1), // many groups, several images in a tile
          flat(1, 1, 24, 3, 70, 80, 3, 1, 1, 1), // few filters, several bands
          flat(2, 1, 24, 16, 19, 21, 3, 2, 1, 1), // channels fill vectors
          flat(3, 1, 70, 12, 24, 24, 1, 1, 0, 1), // the matrix lies in the source
          flat(2, 1, 6, 8, 9, 9, 1, 2, 0, 1),
          flat(1, 1, 3, 4, 1, 3000, 1, 1, 0, 1),
          new ConvCase(2, 1, 3, 5, d(1, 1, 2500), d(1, 1, 5), d(1, 1, 2), d(0, 0, 2), d(1, 1, 1)),
          new ConvCase(2, 1, 5, 6, d(5, 7, 6), d(3, 2, 3), d(2, 1, 1), d(1, 0, 1), d(1, 1, 1)),
          new ConvCase(2, 1, 4, 6, d(4, 6, 7), d(1, 1, 1), d(2, 3, 1), d(0, 0, 0), d(1, 1, 1)));

  private static int[] d(int... dims) {
    return dims;
  }

  private static ConvCase flat(
      int n, int groups, int c, int o, int h, int w, int k, int stride, int pad, int dilation) {
    return new ConvCase(
        n,
        groups,
        c,
        o,
        d(1, h, w),
        d(1, k, k),
        d(1, stride, stride),
        d(0, pad, pad),
        d(1, dilation, dilation));
  }

  // --- sizes ---

  int[] out() {
    int[] out = new int[3];
    for (int i = 0; i < 3; i++) {
      int span = dilation[i] * (kernel[i] - 1) + 1;
      out[i] = (in[i] + 2 * before[i] - span) / stride[i] + 1;
    }
    return out;
  }

  private static int volume(int[] dims) {
    return dims[0] * dims[1] * dims[2];
  }

  private int inputs() {
    return images * groups * channels * volume(in);
  }

  private int weights() {
    return groups * filters * channels * volume(kernel);
  }

  private int outputs() {
    return images * groups * filters * volume(out());
  }

  private Convolution kernels() {
    int[] out = out();
    var dims = new ArrayList<Dimension>();
    for (int i = 0; i < 3; i++) {
      dims.add(new Dimension(in[i], kernel[i], stride[i], before[i], dilation[i], out[i]));
    }
    return new Convolution(images, groups, channels, filters, dims, true);
  }

  // --- by the kernels ---

  private static Strided all(float[] array) {
    return Strided.vector(array, 0, array.length, 1);
  }

  private static Strided all(double[] array) {
    return Strided.vector(array, 0, array.length, 1);
  }

  private static float[] random(int n, int seed) {
    var random = new Random(seed);
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = random.nextFloat() - 0.5f;
    }
    return values;
  }

  private static double[] widened(float[] values) {
    double[] wide = new double[values.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = values[i];
    }
    return wide;
  }

  private float[] x() {
    return random(inputs(), 1);
  }

  private float[] w() {
    return random(weights(), 2);
  }

  private float[] bias() {
    return random(groups * filters, 3);
  }

  private float[] g() {
    return random(outputs(), 4);
  }

  float[] output() {
    float[] y = new float[outputs()];
    kernels().forward(all(x()), all(w()), all(bias()), all(y));
    return y;
  }

  /** With these kernels, or without any. */
  float[] output(@Nullable TapKernels kernels) {
    float[] y = new float[outputs()];
    kernels().product(all(x()), all(w()), all(bias()), all(y)).run(alongRows(), kernels);
    return y;
  }

  /** With these kernels, or without any. */
  double[] outputOfDoubles(@Nullable TapKernels kernels) {
    double[] y = new double[outputs()];
    kernels().product(all(widened(x())), all(widened(w())), null, all(y)).run(alongRows(), kernels);
    return y;
  }

  /** With these kernels, or without any. */
  float[] kernelGradient(@Nullable TapKernels kernels) {
    float[] dw = new float[weights()];
    KernelGradient gradient = kernels().gradient(all(g()), all(x()), all(dw));
    gradient.run(alongChannels(kernels), kernels);
    return dw;
  }

  /** With these kernels, or without any. */
  double[] kernelGradientOfDoubles(@Nullable TapKernels kernels) {
    double[] dw = new double[weights()];
    KernelGradient gradient = kernels().gradient(all(widened(g())), all(widened(x())), all(dw));
    gradient.run(alongChannels(kernels), kernels);
    return dw;
  }

  private Algorithm alongRows() {
    return filters <= 8 ? Algorithm.FLAT : Algorithm.FILTERS;
  }

  private Algorithm alongChannels(@Nullable TapKernels kernels) {
    Algorithm chosen =
        ConvolutionPlan.kernelGradient(kernels().lattice(), groups, filters, kernels);
    return chosen == Algorithm.GROUPS ? chosen : Algorithm.CHANNELS;
  }

  float[] inputGradient() {
    float[] dx = new float[inputs()];
    kernels().inputGradient(all(g()), all(w()), all(dx));
    return dx;
  }

  float[] kernelGradient() {
    float[] dw = new float[weights()];
    kernels().kernelGradient(all(g()), all(x()), all(dw));
    return dw;
  }

  double[] kernelGradientOfDoubles() {
    double[] dw = new double[weights()];
    kernels().kernelGradient(all(widened(g())), all(widened(x())), all(dw));
    return dw;
  }

  /** Of the bits of everything, in float and double. */
  int hash() {
    double[] y = new double[outputs()];
    double[] dx = new double[inputs()];
    kernels().forward(all(widened(x())), all(widened(w())), null, all(y));
    kernels().inputGradient(all(widened(g())), all(widened(w())), all(dx));
    float[][] floats = {output(), inputGradient(), kernelGradient()};
    double[][] doubles = {y, dx, kernelGradientOfDoubles()};
    return 31 * Arrays.deepHashCode(floats) + Arrays.deepHashCode(doubles);
  }

  // --- by definition ---

  /** What to do with an output, an input and an element of the kernel that belong together. */
  private interface Use {
    void run(int output, int input, int weight);
  }

  /** All triples; for one output ordered by channel and kernel, for one input by filter, kernel. */
  private void each(Use use) {
    int[] out = out();
    for (int image = 0; image < images; image++) {
      for (int f = 0; f < groups * filters; f++) {
        for (int c = 0; c < channels; c++) {
          for (int k = 0; k < volume(kernel); k++) {
            for (int o = 0; o < volume(out); o++) {
              int at = position(o, k, out);
              if (at >= 0) {
                int channel = image * groups * channels + f / filters * channels + c;
                use.run(
                    (image * groups * filters + f) * volume(out) + o,
                    channel * volume(in) + at,
                    (f * channels + c) * volume(kernel) + k);
              }
            }
          }
        }
      }
    }
  }

  /** The place in the input that output o meets under element k, or -1. */
  private int position(int o, int k, int[] out) {
    int[] result = {o / out[2] / out[1], o / out[2] % out[1], o % out[2]};
    int[] tap = {k / kernel[2] / kernel[1], k / kernel[2] % kernel[1], k % kernel[2]};
    int at = 0;
    for (int i = 0; i < 3; i++) {
      int p = result[i] * stride[i] + tap[i] * dilation[i] - before[i];
      if (p < 0 || p >= in[i]) {
        return -1;
      }
      at = at * in[i] + p;
    }
    return at;
  }

  float[] outputByChains() {
    float[] x = x();
    float[] w = w();
    float[] bias = bias();
    float[] y = new float[outputs()];
    for (int i = 0; i < y.length; i++) {
      y[i] = bias[i / volume(out()) % (groups * filters)];
    }
    each((o, i, k) -> y[o] = Math.fma(w[k], x[i], y[o]));
    return y;
  }

  float[] inputGradientByChains() {
    float[] g = g();
    float[] w = w();
    float[] dx = new float[inputs()];
    each((o, i, k) -> dx[i] = Math.fma(w[k], g[o], dx[i]));
    return dx;
  }

  double[] kernelGradientInDouble() {
    float[] g = g();
    float[] x = x();
    double[] dw = new double[weights()];
    each((o, i, k) -> dw[k] += (double) g[o] * x[i]);
    return dw;
  }
}
