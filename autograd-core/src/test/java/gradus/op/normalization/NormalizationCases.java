package gradus.op.normalization;

import static gradus.op.OpCase.dims;
import static gradus.op.OpCase.of;
import static gradus.op.OpCase.several;

import gradus.Shape;
import gradus.Tensor;
import gradus.op.Grid;
import gradus.op.OpCase;
import gradus.op.reduction.Axes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Sample inputs and references for each operator of this package. */
public final class NormalizationCases {
  private static final double EPS = 0.1;

  private NormalizationCases() {}

  public static List<OpCase> all() {
    return List.of(
        of("normalization", x -> normalize(true, x, -1), x -> normal(true, x, 1))
            .on(dims(2, 3))
            .on(dims(2, 3), dims(3))
            .on(dims(2, 3), dims(3), dims(3))
            .on(dims(2, 3), dims(), dims(2, 1))
            .on(dims(0, 3), dims(3), dims(3)),
        of("normalization of channels", x -> normalize(true, x, 0, 2), x -> normal(true, x, 0, 2))
            .on(dims(2, 3, 4))
            .on(dims(3, 2, 2), dims(2, 1), dims(2, 1)),
        of("normalization of groups", x -> normalize(true, x, 2, 3), x -> normal(true, x, 2, 3))
            .on(dims(2, 2, 2, 3), dims(2, 2, 1), dims(2, 2, 1)),
        of("normalization, uncentred", x -> normalize(false, x, -1), x -> normal(false, x, 1))
            .on(dims(2, 3))
            .on(dims(2, 3), dims(3)),
        several("normalization with statistics", x -> all(true, x, -1), x -> all(true, x, 1))
            .on(dims(2, 3))
            .on(dims(2, 3), dims(3), dims(3))
            .on(dims(0, 3)),
        several(
                "normalization of channels with statistics",
                x -> all(true, x, 0, 2),
                x -> all(true, x, 0, 2))
            .on(dims(3, 2, 2), dims(2, 1), dims(2, 1)),
        several(
                "normalization, uncentred, with statistics",
                x -> all(false, x, -1),
                x -> all(false, x, 1))
            .on(dims(2, 3), dims(3)),
        of("the mean alone", x -> all(true, x, 0, 2)[1], x -> mean(x[0], 0, 2))
            .on(dims(3, 2, 2))
            .on(dims(3, 2, 2), dims(2, 1), dims(2, 1)),
        of("the variance alone", x -> all(true, x, 0, 2)[2], x -> variance(true, x[0], 0, 2))
            .on(dims(3, 2, 2)),
        of("normalizationGradient", x -> pull(true, x, 1), x -> gradient(true, x, 1))
            .on(dims(2, 3), dims(2, 3))
            .on(dims(2, 3), dims(2, 3), dims(3)),
        of(
                "normalizationGradient of channels",
                x -> pull(true, x, 0, 2),
                x -> gradient(true, x, 0, 2))
            .on(dims(2, 3, 2), dims(2, 3, 2), dims(3, 1)),
        of(
                "normalizationGradient of channels with sums",
                NormalizationCases::pullWithSums,
                x -> gradient(true, x, 0, 2))
            .on(dims(2, 3, 2), dims(2, 3, 2), dims(3, 1)),
        of("normalizationGradient, uncentred", x -> pull(false, x, 1), x -> gradient(false, x, 1))
            .on(dims(2, 3), dims(2, 3), dims(3)),
        several(
                "normalizationWeightGradient",
                x -> weightGradient(true, false, x, 3),
                x -> new Grid[] {weight(true, x)})
            .on(dims(2, 3), dims(2, 3))
            .on(dims(0, 3), dims(0, 3)),
        several(
                "normalizationWeightGradient and that of a bias",
                x -> weightGradient(true, true, x, 3),
                x -> new Grid[] {weight(true, x), sumOverRows(x[0])})
            .on(dims(2, 3), dims(2, 3))
            .on(dims(0, 3), dims(0, 3)),
        several(
                "normalizationWeightGradient, uncentred",
                x -> weightGradient(false, false, x, 3),
                x -> new Grid[] {weight(false, x)})
            .on(dims(2, 3), dims(2, 3)),
        of(
                "normalizedTimes",
                NormalizationWeightGradient.TERM::apply,
                x ->
                    Grid.of(
                        Grid.broadcast(x),
                        i -> x[0].at(i) * (x[1].at(i) - x[3].at(i)) * x[2].at(i)))
            .on(dims(2, 3), dims(2, 3), dims(2, 1), dims(2, 1)),
        of(
                "scaledTimes",
                NormalizationWeightGradient.UNCENTERED_TERM::apply,
                x -> Grid.of(Grid.broadcast(x), i -> x[0].at(i) * x[1].at(i) * x[2].at(i)))
            .on(dims(2, 3), dims(2, 3), dims(2, 1)));
  }

  private static Normalization over(boolean centered, Tensor x, int... dims) {
    return new Normalization(Axes.of("normalization", x.shape(), true, dims), EPS, centered);
  }

  private static Tensor normalize(boolean centered, Tensor[] x, int... dims) {
    return all(centered, x, dims)[0];
  }

  private static Tensor[] all(boolean centered, Tensor[] x, int... dims) {
    return over(centered, x[0], dims).applyAll(x);
  }

  /** The gradient g, x, and the statistics of x as constants. */
  private static List<Tensor> withStatistics(Normalization of, Tensor... gAndX) {
    var in = new ArrayList<Tensor>(List.of(gAndX[0], gAndX[1]));
    Tensor[] out = Tensor.applyAll(of, true, gAndX[1].detach());
    in.add(out[out.length - 1]);
    if (of.centered()) {
      in.add(out[1]);
    }
    return in;
  }

  private static Tensor pull(boolean centered, Tensor[] x, int... dims) {
    Normalization of = over(centered, x[1], dims);
    List<Tensor> in = withStatistics(of, x);
    in.addAll(List.of(x).subList(2, x.length));
    return new NormalizationGradient(of).applyAll(in.toArray(Tensor[]::new))[0];
  }

  private static Tensor pullWithSums(Tensor... x) {
    Normalization of = over(true, x[1], 0, 2);
    List<Tensor> in = withStatistics(of, x);
    var sums = new NormalizationWeightGradient(of, x[2].shape(), true);
    Tensor[] known = sums.applyAll(in.toArray(Tensor[]::new));
    in.add(x[2]);
    in.addAll(List.of(known));
    return new NormalizationGradient(of).applyAll(in.toArray(Tensor[]::new))[0];
  }

  private static Tensor[] weightGradient(
      boolean centered, boolean bias, Tensor[] x, int... weight) {
    Normalization of = over(centered, x[1], 1);
    return new NormalizationWeightGradient(of, Shape.of(weight), bias)
        .applyAll(withStatistics(of, x).toArray(Tensor[]::new));
  }

  // --- references ---

  private static Grid mean(Grid x, int... axes) {
    return x.fold(true, axes, v -> Arrays.stream(v).sum() / v.length);
  }

  private static Grid variance(boolean centered, Grid x, int... axes) {
    Grid m = mean(x, axes);
    return mean(Grid.of(x.dims(), i -> Math.pow(centered ? x.at(i) - m.at(i) : x.at(i), 2)), axes);
  }

  private static Grid scale(boolean centered, Grid x, int... axes) {
    Grid v = variance(centered, x, axes);
    return Grid.of(v.dims(), i -> 1 / Math.sqrt(v.at(i) + EPS));
  }

  private static Grid standard(boolean centered, Grid x, int... axes) {
    Grid m = mean(x, axes);
    Grid s = scale(centered, x, axes);
    return Grid.of(x.dims(), i -> (centered ? x.at(i) - m.at(i) : x.at(i)) * s.at(i));
  }

  private static Grid normal(boolean centered, Grid[] x, int... axes) {
    Grid n = standard(centered, x[0], axes);
    return Grid.of(
        n.dims(), i -> n.at(i) * (x.length > 1 ? x[1].at(i) : 1) + (x.length > 2 ? x[2].at(i) : 0));
  }

  private static Grid[] all(boolean centered, Grid[] x, int... axes) {
    Grid y = normal(centered, x, axes);
    Grid v = variance(centered, x[0], axes);
    return centered ? new Grid[] {y, mean(x[0], axes), v} : new Grid[] {y, v};
  }

  /** scale (h - mean(h) - n mean(h n)). */
  private static Grid gradient(boolean centered, Grid[] x, int... axes) {
    Grid n = standard(centered, x[1], axes);
    Grid s = scale(centered, x[1], axes);
    Grid h = Grid.of(n.dims(), i -> x[0].at(i) * (x.length > 2 ? x[2].at(i) : 1));
    Grid level = mean(h, axes);
    Grid along = mean(Grid.of(n.dims(), i -> h.at(i) * n.at(i)), axes);
    return Grid.of(
        n.dims(), i -> s.at(i) * (h.at(i) - (centered ? level.at(i) : 0) - n.at(i) * along.at(i)));
  }

  private static Grid weight(boolean centered, Grid... x) {
    Grid n = standard(centered, x[1], 1);
    return sumOverRows(Grid.of(n.dims(), i -> x[0].at(i) * n.at(i)));
  }

  private static Grid sumOverRows(Grid x) {
    return x.fold(false, new int[] {0}, v -> Arrays.stream(v).sum());
  }
}
