package gradus.op.reduction;

import static gradus.op.OpCase.dims;
import static gradus.op.OpCase.of;
import static gradus.op.OpCase.of1;
import static gradus.op.OpCase.random;
import static gradus.op.OpCase.several;

import gradus.DType;
import gradus.Tensor;
import gradus.op.Formula;
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

  private static final Tensor CLASSES = Tensor.of(new long[] {3, 0, 1});

  private ReductionCases() {}

  public static List<OpCase> all() {
    return List.of(
        whole("sum", Tensor::sum, SUM).on(dims(0)).on(dims(2, 0)),
        over("sum of rows", x -> x.sum(-1), false, SUM, 1).on(dims(2, 0)),
        over("sum of columns, kept", x -> x.sum(0, true), true, SUM, 0).on(dims(0, 3)),
        of1("sum of two of three", x -> x.sum(0, 2), x -> x.fold(false, new int[] {0, 2}, SUM))
            .on(dims(2, 3, 4))
            .on(dims(2, 0, 3)),
        of1("cumsum", x -> x.cumsum(0), x -> Grid.of(x.dims(), i -> upTo(x, i, 0)))
            .values(1, 2, 3)
            .on(dims(4))
            .on(dims(3, 2))
            .on(dims(0, 2)),
        of1("cumsum of rows", x -> x.cumsum(-1), x -> Grid.of(x.dims(), i -> upTo(x, i, 1)))
            .on(dims(2, 3))
            .on(dims(2, 0)),
        whole("mean", Tensor::mean, ReductionCases::mean),
        over("mean of rows, kept", x -> x.mean(1, true), true, ReductionCases::mean, 1),
        whole("var", Tensor::var, v -> variance(v, 1)),
        over("var of rows", x -> x.var(1), false, v -> variance(v, 1), 1),
        over("var of columns, biased", x -> x.var(0, true, 0), true, v -> variance(v, 0), 0),
        over("std of rows", x -> x.std(1), false, v -> Math.sqrt(variance(v, 1)), 1),
        whole("amax", Tensor::amax, MAX)
            .boundary(new double[][] {{2, 1, 2, 2}}, new double[] {1 / 3.0, 0, 1 / 3.0, 1 / 3.0}),
        over("amax of rows", x -> x.amax(1), false, MAX, 1),
        over("amax of columns, kept", x -> x.amax(0, true), true, MAX, 0),
        whole("amin", Tensor::amin, MIN)
            .boundary(new double[][] {{-1, 1, -1, 2}}, new double[] {0.5, 0, 0.5, 0}),
        over("amin of rows", x -> x.amin(1), false, MIN, 1),
        whole("logsumexp", Tensor::logsumexp, ReductionCases::logsumexp)
            .boundary(new double[][] {{1000, 1000}}, new double[] {0.5, 0.5})
            .boundary(new double[][] {{-1000, 0}}, new double[] {0, 1}),
        over("logsumexp of rows", x -> x.logsumexp(1), false, ReductionCases::logsumexp, 1),
        of(
                "sumOf",
                new SumOf(Formula.of("xyy", (x, y) -> x.mul(y).mul(y)), new Axes(1, false))::apply,
                x ->
                    Grid.of(Grid.broadcast(x), i -> x[0].at(i) * x[1].at(i) * x[1].at(i))
                        .fold(false, new int[] {0}, SUM))
            .on(dims(2, 3), dims(2, 3))
            .on(dims(2, 3), dims(3))
            .on(dims(4), dims())
            .on(dims(0, 2), dims(2)),
        alongRows("softmax", x -> x.softmax(-1), (x, top, sum) -> Math.exp(x - top) / sum)
            .boundary(new double[][] {{1000, 1000, -1000}}, new double[] {0, 0, 0}),
        alongRows("logSoftmax", x -> x.logSoftmax(-1), (x, top, sum) -> x - top - Math.log(sum))
            .boundary(new double[][] {{1000, 1000}}, new double[] {0, 0}),
        several(
                "crossEntropy",
                new CrossEntropy(false)::applyAll,
                x -> new Grid[] {losses(x[0], 1, 1, 1)})
            .on(random("scores", -2, 2, 3, 4), CLASSES),
        several(
                "crossEntropy with factors",
                new CrossEntropy(false)::applyAll,
                x -> new Grid[] {losses(x[0], x[2].values())})
            .on(random("scores", -2, 2, 3, 4), CLASSES, random("factors", 0.5, 2, 3)),
        of(
                "crossEntropy with a factor of 0",
                x -> new CrossEntropy(false).applyAll(x[0], CLASSES, factors(x))[0],
                x -> losses(x[0], 0.5, 0, 2))
            .on(dims(3, 4)),
        of(
                "crossEntropyGradient",
                x ->
                    new CrossEntropy.Gradient(false)
                        .apply(x[0], kept(x[1]), x[1], CLASSES, factors(x)),
                x -> pull(x[1], x[0], 0.5, 0, 2))
            .on(dims(3), dims(3, 4)),
        of(
                "softCrossEntropy",
                x -> new CrossEntropy(true).applyAll(x)[0],
                x ->
                    Grid.of(Grid.broadcast(x), i -> -x[1].at(i) * logSoftmax(x[0], i))
                        .fold(false, new int[] {x[0].dims().length - 1}, SUM))
            .on(dims(2, 3), dims(2, 3))
            .on(dims(2, 3), dims(3))
            .on(dims(2, 1, 2), dims(1, 2))
            .on(dims(2, 2, 2), dims(2, 1, 2))
            .on(dims(2, 3), dims()),
        of(
                "softCrossEntropyGradient",
                x -> new CrossEntropy.Gradient(true).apply(x[0], kept(x[1]), x[1], x[2]),
                x -> {
                  Grid total = Grid.of(x[1].dims(), x[2]::at).fold(false, new int[] {1}, SUM);
                  return Grid.of(
                      x[1].dims(),
                      i ->
                          x[0].at(i[0])
                              * (Math.exp(logSoftmax(x[1], i)) * total.at(i[0]) - x[2].at(i)));
                })
            .on(dims(2), dims(2, 3), dims(2, 3))
            .on(dims(2), dims(2, 3), dims(3)),
        of1("softmax of columns", x -> x.softmax(0), x -> swapped(rows(swapped(x), EXP)))
            .on(dims(2, 3))
            .on(dims(3, 1)),
        of(
                "softmaxGradient",
                new SoftmaxOp.Gradient(false)::apply,
                x -> Grid.of(x[0].dims(), i -> x[0].at(i) * (x[1].at(i) - dot(x[0], x[1], i[0]))))
            .on(dims(2, 3), dims(2, 3))
            .on(dims(3, 0), dims(3, 0)),
        of(
                "logSoftmaxGradient",
                new SoftmaxOp.Gradient(true)::apply,
                x ->
                    Grid.of(
                        x[0].dims(),
                        i ->
                            x[1].at(i)
                                - Math.exp(x[0].at(i))
                                    * x[1].fold(false, new int[] {1}, SUM).at(i[0])))
            .on(dims(2, 3), dims(2, 3)),

        // places
        over("argmax", x -> x.argmax(1), false, v -> place(v, MAX), 1)
            .values(1, 2, 3)
            .notDifferentiable(ArgExtremum.class),
        over("argmax, kept", x -> x.argmax(0, true), true, v -> place(v, MAX), 0)
            .notDifferentiable(),
        over("argmin", x -> x.argmin(1), false, v -> place(v, MIN), 1)
            .values(1, 2, 3)
            .notDifferentiable(ArgExtremum.class),
        whole("argmax of all", Tensor::argmax, v -> place(v, MAX)).notDifferentiable(),
        over("max of rows", x -> x.max(1).values(), false, MAX, 1),
        over("min of columns, kept", x -> x.min(0, true).values(), true, MIN, 0));
  }

  /** The sum of the elements along a dimension, up to the one with these indices. */
  private static double upTo(Grid x, int[] at, int dim) {
    int[] i = at.clone();
    double sum = 0;
    for (i[dim] = 0; i[dim] <= at[dim]; i[dim]++) {
      sum += x.at(i);
    }
    return sum;
  }

  /** An element of a row, from its value, the largest of the row and the sum of exp(x - top). */
  private interface InRow {
    double of(double x, double top, double sum);
  }

  private static final InRow EXP = (x, top, sum) -> Math.exp(x - top) / sum;

  private static OpCase alongRows(String name, UnaryOperator<Tensor> op, InRow f) {
    return of1(name, op, x -> rows(x, f))
        .on(dims(2, 3))
        .on(dims(4))
        .on(dims(1))
        .on(dims(2, 2, 3))
        .on(dims(0, 3));
  }

  /** Along the last dimension. */
  private static Grid rows(Grid x, InRow f) {
    int[] last = {x.dims().length - 1};
    Grid top = x.fold(true, last, MAX);
    Grid sum = Grid.of(x.dims(), i -> Math.exp(x.at(i) - top.at(i))).fold(true, last, SUM);
    return Grid.of(x.dims(), i -> f.of(x.at(i), top.at(i), sum.at(i)));
  }

  private static Grid swapped(Grid x) {
    return Grid.of(dims(x.dims()[1], x.dims()[0]), i -> x.at(i[1], i[0]));
  }

  /** Of two rows. */
  private static double dot(Grid a, Grid b, int row) {
    return IntStream.range(0, a.dims()[1]).mapToDouble(j -> a.at(row, j) * b.at(row, j)).sum();
  }

  private static double place(double[] v, ToDoubleFunction<double[]> which) {
    double chosen = which.applyAsDouble(v);
    return IntStream.range(0, v.length).filter(k -> v[k] == chosen).findFirst().orElseThrow();
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

  private static double logsumexp(double... v) {
    double top = MAX.applyAsDouble(v);
    return top + Math.log(Arrays.stream(v).map(x -> Math.exp(x - top)).sum());
  }

  private static double variance(double[] v, int correction) {
    double mean = mean(v);
    return Arrays.stream(v).map(x -> (x - mean) * (x - mean)).sum() / (v.length - correction);
  }

  private static Tensor factors(Tensor... x) {
    return Tensor.of(new double[] {0.5, 0, 2}, DType.FLOAT64).to(x[0].dtype());
  }

  /** Of the last dimension, at one place. */
  private static double logSoftmax(Grid x, int... i) {
    int[] j = i.clone();
    int last = i.length - 1;
    double sum = 0;
    for (j[last] = 0; j[last] < x.dims()[last]; j[last]++) {
      sum += Math.exp(x.at(j));
    }
    return x.at(i) - Math.log(sum);
  }

  private static Grid losses(Grid x, double... factors) {
    return Grid.of(
        dims(factors.length), i -> -factors[i[0]] * logSoftmax(x, i[0], (int) CLASSES.get(i[0])));
  }

  /** The residual of a cross-entropy. */
  private static Tensor kept(Tensor x) {
    Tensor classes = Tensor.zeros(x.shape().remove(x.rank() - 1), DType.INT64);
    return Tensor.applyAll(new CrossEntropy(false), true, x.detach(), classes)[1];
  }

  private static Grid pull(Grid x, Grid g, double... factors) {
    return Grid.of(
        x.dims(),
        i -> {
          double one = CLASSES.get(i[0]) == i[1] ? 1 : 0;
          return factors[i[0]] * g.at(i[0]) * (Math.exp(logSoftmax(x, i)) - one);
        });
  }
}
