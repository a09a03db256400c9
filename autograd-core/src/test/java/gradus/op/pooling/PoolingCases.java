package gradus.op.pooling;

import static gradus.op.OpCase.dims;
import static gradus.op.OpCase.of1;

import gradus.DType;
import gradus.Tensor;
import gradus.op.Grid;
import gradus.op.OpCase;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;

/** Sample inputs and a reference that looks into each window, for pooling. */
public final class PoolingCases {
  /** Ties, signed zeros, infinities and NaN: the first wins. */
  private static final double[] LINE = {
    2,
    2,
    1,
    3,
    0.0,
    -0.0,
    Double.NEGATIVE_INFINITY,
    Double.POSITIVE_INFINITY,
    Double.NaN,
    Double.NaN
  };

  private static final Windows PAIRS = Windows.of(1, 2, 2, 0, 1, false);

  private PoolingCases() {}

  public static List<OpCase> all() {
    return List.of(
        max("maxPool2d", 2, 2, 2, 0, 1).on(distinct(2, 2, 4, 5)),
        max("maxPool2d, overlapping", 2, 3, 2, 1, 1).on(distinct(1, 2, 5, 4)).on(dims(0, 2, 4, 4)),
        max("maxPool2d with dilation", 2, 2, 1, 1, 2).on(distinct(1, 1, 4, 3)),
        max("maxPool1d", 1, 3, 2, 0, 1).on(distinct(2, 2, 7)),
        max("maxPool3d", 3, 2, 2, 0, 1).on(distinct(1, 2, 2, 3, 4)),
        of1(
                "maxPool indices",
                x -> new MaxPool(Windows.of(1, 2, 1, 0, 1, false)).applyAll(x)[1],
                x -> new Grid(dims(1, 1, 9), new double[] {0, 1, 3, 3, 4, 5, 7, 8, 8}))
            .on(Tensor.of(new double[][][] {{LINE}}, DType.FLOAT64))
            .notDifferentiable(),
        max(
                "maxPool at known indices",
                x -> new MaxPool.Pick(PAIRS).apply(x, new MaxPool(PAIRS).applyAll(x.detach())[1]),
                2,
                2,
                0,
                1)
            .on(distinct(2, 2, 4)),
        mean("avgPool2d", 2, 2, 2, 0, true).on(dims(2, 2, 4, 5)),
        mean("avgPool2d, padded", 2, 3, 2, 1, true).on(dims(1, 2, 5, 4)),
        mean("avgPool2d, padding uncounted", 2, 3, 2, 1, false)
            .on(dims(1, 2, 5, 4))
            .on(dims(0, 2, 4, 4)),
        mean("avgPool1d", 1, 3, 1, 1, true).on(dims(2, 1, 4)),
        mean("avgPool3d", 3, 2, 2, 0, true).on(dims(1, 2, 2, 3, 4)),
        of1(
                "avgPool1d with a divisor",
                new AvgPool(Windows.of(1, 2, 2, 0, 1, true), 4)::on,
                x -> {
                  double[] v = x.values();
                  return new Grid(dims(1, 1, 2), new double[] {(v[0] + v[1]) / 4, v[2] / 4});
                })
            .on(dims(1, 1, 3)),
        of1(
                "adaptiveAvgPool1d",
                new AvgPool(Windows.adaptive(2), 0)::on,
                x -> {
                  double[] v = x.values();
                  return new Grid(
                      dims(1, 1, 2), new double[] {(v[0] + v[1]) / 2, (v[1] + v[2]) / 2});
                })
            .on(dims(1, 1, 3)));
  }

  private static OpCase max(
      String name, int dimensions, int size, int stride, int padding, int dilation) {
    var pool = new MaxPool(Windows.of(dimensions, size, stride, padding, dilation, false));
    return max(name, pool::on, size, stride, padding, dilation);
  }

  private static OpCase max(
      String name, UnaryOperator<Tensor> op, int size, int stride, int padding, int dilation) {
    return of1(
        name, op, x -> windows(x, size, stride, padding, dilation, w -> Collections.max(w.inside)));
  }

  private static OpCase mean(
      String name, int dimensions, int size, int stride, int padding, boolean counted) {
    Windows.Sliding windows = Windows.of(dimensions, size, stride, padding, 1, false);
    return of1(
        name,
        new AvgPool(counted ? windows : windows.withoutPadding(), 0)::on,
        x ->
            windows(
                x,
                size,
                stride,
                padding,
                1,
                w ->
                    w.inside.stream().mapToDouble(v -> v).sum()
                        / (counted ? w.all : w.inside.size())));
  }

  /** The elements of a window, and how many places it has, padding included. */
  private record Content(List<Double> inside, int all) {}

  private static Grid windows(
      Grid x, int size, int stride, int padding, int dilation, ToDoubleFunction<Content> f) {
    int[] in = x.dims();
    int[] out = in.clone();
    int places = 1;
    for (int d = 2; d < in.length; d++) {
      out[d] = (in[d] + 2 * padding - dilation * (size - 1) - 1) / stride + 1;
      places *= size;
    }
    int all = places;
    return Grid.of(
        out,
        o -> {
          var inside = new ArrayList<Double>();
          for (int place = 0; place < all; place++) {
            int[] at = o.clone();
            boolean within = true;
            int rest = place;
            for (int d = 2; d < in.length; d++) {
              at[d] = o[d] * stride - padding + rest % size * dilation;
              rest /= size;
              within &= at[d] >= 0 && at[d] < in[d];
            }
            if (within) {
              inside.add(x.values()[position(at, in)]);
            }
          }
          return f.applyAsDouble(new Content(inside, all));
        });
  }

  private static int position(int[] at, int[] dims) {
    int position = 0;
    for (int d = 0; d < dims.length; d++) {
      position = position * dims[d] + at[d];
    }
    return position;
  }

  /** Numbers so far apart that small changes leave the largest ones where they are. */
  private static Tensor distinct(int... dims) {
    int n = 1;
    for (int d : dims) {
      n *= d;
    }
    var values = new ArrayList<Double>();
    for (int i = 0; i < n; i++) {
      values.add(i / 8.0 - 2);
    }
    Collections.shuffle(values, new Random(n));
    double[] shuffled = values.stream().mapToDouble(v -> v).toArray();
    return new Grid(dims, shuffled).tensor(DType.FLOAT64);
  }
}
