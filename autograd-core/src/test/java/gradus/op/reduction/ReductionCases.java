package gradus.op.reduction;

import static gradus.op.OpCase.dims;
import static gradus.op.OpCase.of1;

import gradus.Tensor;
import gradus.op.Grid;
import gradus.op.OpCase;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** Sample inputs and references for each operator of this package, and what is made of them. */
public final class ReductionCases {
  private static final ToDoubleFunction<double[]> SUM = v -> Arrays.stream(v).sum();
  private static final ToDoubleFunction<double[]> MAX = v -> Arrays.stream(v).max().orElseThrow();
  private static final ToDoubleFunction<double[]> MIN = v -> Arrays.stream(v).min().orElseThrow();

  private ReductionCases() {}

  public static List<OpCase> all() {
    return List.of(
        whole("sum", Tensor::sum, SUM).on(dims(0)).on(dims(2, 0)),
        over("sum of rows", x -> x.sum(-1), false, SUM, 1).on(dims(2, 0)),
        over("sum of columns, kept", x -> x.sum(true, 0), true, SUM, 0).on(dims(0, 3)),
        of1("sum of two of three", x -> x.sum(0, 2), x -> x.fold(false, new int[] {0, 2}, SUM))
            .on(dims(2, 3, 4))
            .on(dims(2, 0, 3)),
        whole("mean", Tensor::mean, ReductionCases::mean),
        over("mean of rows, kept", x -> x.mean(true, 1), true, ReductionCases::mean, 1),
        whole("var", Tensor::var, v -> variance(v, 1)),
        over("var of rows", x -> x.var(1), false, v -> variance(v, 1), 1),
        over("var of columns, biased", x -> x.var(0, true, 0), true, v -> variance(v, 0), 0),
        over("std of rows", x -> x.std(1), false, v -> Math.sqrt(variance(v, 1)), 1),
        whole("amax", Tensor::amax, MAX)
            .boundary(new double[][] {{2, 1, 2, 2}}, new double[] {1 / 3.0, 0, 1 / 3.0, 1 / 3.0}),
        over("amax of rows", x -> x.amax(1), false, MAX, 1),
        over("amax of columns, kept", x -> x.amax(true, 0), true, MAX, 0),
        whole("amin", Tensor::amin, MIN)
            .boundary(new double[][] {{-1, 1, -1, 2}}, new double[] {0.5, 0, 0.5, 0}),
        over("amin of rows", x -> x.amin(1), false, MIN, 1));
  }

  private static OpCase whole(String name, UnaryOperator<Tensor> op, ToDoubleFunction<double[]> f) {
    return of1(name, op, x -> x.fold(false, IntStream.range(0, x.dims().length).toArray(), f))
        .on(dims(2, 3))
        .on(dims(7))
        .on(dims(2, 1, 3));
  }

  private static OpCase over(
      String name,
      UnaryOperator<Tensor> op,
      boolean keep,
      ToDoubleFunction<double[]> f,
      int... axes) {
    return of1(name, op, x -> x.fold(keep, axes, f)).on(dims(3, 4)).on(dims(2, 5));
  }

  private static double mean(double... v) {
    return Arrays.stream(v).sum() / v.length;
  }

  private static double variance(double[] v, int correction) {
    double mean = mean(v);
    return Arrays.stream(v).map(x -> (x - mean) * (x - mean)).sum() / (v.length - correction);
  }
}
