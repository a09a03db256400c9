package gradus.op.convolution;

import static gradus.op.OpCase.dims;
import static gradus.op.OpCase.of;

import gradus.Shape;
import gradus.op.Grid;
import gradus.op.OpCase;
import java.util.List;

/** Sample inputs and a reference, the definition written down, for convolutions. */
public final class ConvolutionCases {
  private static final Conv PLAIN = Conv.of(2);
  private static final Conv MIXED =
      Conv.of(2).withStride(2, 1).withPadding(1, 2).withDilation(1, 2).withGroups(2);
  private static final Conv LINE = Conv.of(1).withStride(3).withPadding(1);
  private static final Conv CUBE = Conv.of(3).withStride(2, 1, 1).withPadding(1, 0, 1);

  private ConvolutionCases() {}

  public static List<OpCase> all() {
    return List.of(
        conv("conv2d", PLAIN)
            .on(dims(2, 2, 4, 3), dims(3, 2, 2, 2), dims(3))
            .on(dims(1, 1, 1, 1), dims(1, 1, 1, 1), dims(1)),
        conv("conv2d without bias", PLAIN.withPadding(1)).on(dims(2, 2, 3, 4), dims(2, 2, 3, 3)),
        conv("conv2d with a 1x1 kernel", PLAIN).on(dims(2, 3, 2, 3), dims(2, 3, 1, 1)),
        conv("conv2d with a 1x1 kernel and stride", PLAIN.withStride(2))
            .on(dims(2, 2, 3, 4), dims(2, 2, 1, 1)),
        conv("conv2d, every setting", MIXED)
            .on(dims(1, 2, 5, 4), dims(4, 1, 3, 2), dims(4))
            .on(dims(2, 4, 2, 2), dims(4, 2, 2, 1), dims(4)),
        conv("conv2d with steps over its kernel", PLAIN.withStride(3))
            .on(dims(1, 1, 5, 7), dims(2, 1, 2, 1)),
        conv("conv2d, depthwise", PLAIN.withPadding(1).withGroups(3))
            .on(dims(1, 3, 3, 3), dims(3, 1, 3, 3), dims(3)),
        conv("conv2d of nothing", PLAIN)
            .on(dims(0, 2, 3, 3), dims(2, 2, 2, 2))
            .on(dims(1, 0, 3, 3), dims(2, 0, 2, 2), dims(2)),
        conv("conv1d", Conv.of(1).withStride(2).withPadding(1))
            .on(dims(2, 2, 6), dims(2, 2, 3), dims(2)),
        conv("conv1d, same", Conv.of(1).withDilation(3).withSamePadding(2))
            .on(dims(1, 2, 5), dims(2, 2, 2)),
        conv("conv3d", CUBE).on(dims(1, 2, 3, 2, 2), dims(2, 2, 2, 2, 3), dims(2)),
        of(
                "conv2dInputGrad",
                x -> new Conv.InputGrad(MIXED, Shape.of(1, 2, 5, 4)).apply(x),
                x -> inputGradient(MIXED, dims(1, 2, 5, 4), x[0], x[1]))
            .on(dims(1, 4, 3, 6), dims(4, 1, 3, 2)),
        of(
                "conv2dKernelGrad",
                x -> new Conv.KernelGrad(MIXED, Shape.of(4, 1, 3, 2)).apply(x),
                x -> kernelGradient(MIXED, dims(4, 1, 3, 2), x[0], x[1]))
            .on(dims(1, 4, 3, 6), dims(1, 2, 5, 4)),
        of(
                "convTranspose1d",
                x -> LINE.transposedOn(x[0], x[1], null, 2),
                x -> inputGradient(LINE, dims(2, 2, 11), x[0], x[1]))
            .on(dims(2, 1, 4), dims(1, 2, 2)));
  }

  private static OpCase conv(String name, Conv conv) {
    return of(
        name,
        x -> conv.on(x[0], x[1], x.length > 2 ? x[2] : null),
        x -> convolve(conv, x[0], x[1], x.length > 2 ? x[2] : new Grid(dims(1), new double[1])));
  }

  /** Adds up what {@code use} does for all triples of an output, an input and a kernel element. */
  private interface Use {
    void run(int output, int input, int kernel);
  }

  static Grid convolve(Conv conv, Grid x, Grid w, Grid bias) {
    int[] dims = outputs(conv, x.dims(), w.dims());
    double[] y = new double[size(dims)];
    int plane = size(dims) / Math.max(1, dims[0] * dims[1]);
    for (int i = 0; i < y.length; i++) {
      y[i] = bias.at(i / plane % dims[1]);
    }
    each(conv, x.dims(), w.dims(), (o, i, k) -> y[o] += x.values()[i] * w.values()[k]);
    return new Grid(dims, y);
  }

  private static Grid inputGradient(Conv conv, int[] input, Grid g, Grid w) {
    double[] dx = new double[size(input)];
    each(conv, input, w.dims(), (o, i, k) -> dx[i] += g.values()[o] * w.values()[k]);
    return new Grid(input, dx);
  }

  private static Grid kernelGradient(Conv conv, int[] kernel, Grid g, Grid x) {
    double[] dw = new double[size(kernel)];
    each(conv, x.dims(), kernel, (o, i, k) -> dw[k] += g.values()[o] * x.values()[i]);
    return new Grid(kernel, dw);
  }

  private static int size(int[] dims) {
    int size = 1;
    for (int d : dims) {
      size *= d;
    }
    return size;
  }

  private static int[] outputs(Conv conv, int[] x, int[] w) {
    int[] y = x.clone();
    y[1] = w[0];
    for (int d = 2; d < x.length; d++) {
      Axis a = conv.axes().get(d - 2);
      y[d] = (x[d] + a.before() + a.after() - a.dilation() * (w[d] - 1) - 1) / a.stride() + 1;
    }
    return y;
  }

  private static void each(Conv conv, int[] x, int[] w, Use use) {
    int[] y = outputs(conv, x, w);
    int perGroup = w[0] / conv.groups();
    for (int o = 0; o < size(y); o++) {
      for (int k = 0; k < size(w); k++) {
        int[] out = index(o, y);
        int[] tap = index(k, w);
        if (out[1] != tap[0]) {
          continue;
        }
        int[] in = {out[0], out[1] / perGroup * w[1] + tap[1]};
        int at = in[0] * x[1] + in[1];
        boolean inside = true;
        for (int d = 2; d < x.length; d++) {
          Axis a = conv.axes().get(d - 2);
          int p = out[d] * a.stride() + tap[d] * a.dilation() - a.before();
          inside &= p >= 0 && p < x[d];
          at = at * x[d] + p;
        }
        if (inside) {
          use.run(o, at, k);
        }
      }
    }
  }

  private static int[] index(int i, int[] dims) {
    int[] index = new int[dims.length];
    for (int d = dims.length - 1; d >= 0; d--) {
      index[d] = i % dims[d];
      i /= dims[d];
    }
    return index;
  }
}
