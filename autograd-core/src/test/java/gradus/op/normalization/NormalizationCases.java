package gradus.op.normalization;

import static gradus.op.OpCase.dims;
import static gradus.op.OpCase.of;

import gradus.Shape;
import gradus.Tensor;
import gradus.op.Grid;
import gradus.op.OpCase;
import gradus.op.reduction.Axes;
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
        of(
                "normalizationGradient",
                x -> new NormalizationGradient(statistics(true, x[1], 1)).apply(x),
                x -> gradient(true, x, 1))
            .on(dims(2, 3), dims(2, 3))
            .on(dims(2, 3), dims(2, 3), dims(3)),
        of(
                "normalizationGradient of channels",
                x -> new NormalizationGradient(statistics(true, x[1], 0, 2)).apply(x),
                x -> gradient(true, x, 0, 2))
            .on(dims(2, 3, 2), dims(2, 3, 2), dims(3, 1)),
        of(
                "normalizationGradient, uncentred",
                x -> new NormalizationGradient(statistics(false, x[1], 1)).apply(x),
                x -> gradient(false, x, 1))
            .on(dims(2, 3), dims(2, 3), dims(3)),
        of("normalizationWeightGradient", x -> weightGradient(true, x, 3), x -> weight(true, x))
            .on(dims(2, 3), dims(2, 3))
            .on(dims(0, 3), dims(0, 3)),
        of(
                "normalizationWeightGradient, uncentred",
                x -> weightGradient(false, x, 3),
                x -> weight(false, x))
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

  private static Tensor normalize(boolean centered, Tensor[] x, int... dims) {
    Axes axes = Axes.of("normalization", x[0].shape(), true, dims);
    return new Normalization(axes, EPS, centered).apply(x);
  }

  private static Statistics statistics(boolean centered, Tensor x, int... dims) {
    return Statistics.of(Axes.of("statistics", x.shape(), true, dims), EPS, centered, x);
  }

  private static Tensor weightGradient(boolean centered, Tensor[] x, int... weight) {
    return new NormalizationWeightGradient(statistics(centered, x[1], 1), Shape.of(weight))
        .apply(x);
  }

  // --- references ---

  private static Grid mean(Grid x, int... axes) {
    return x.fold(true, axes, v -> Arrays.stream(v).sum() / v.length);
  }

  private static Grid scale(boolean centered, Grid x, int... axes) {
    Grid m = mean(x, axes);
    Grid squares = Grid.of(x.dims(), i -> Math.pow(centered ? x.at(i) - m.at(i) : x.at(i), 2));
    Grid v = mean(squares, axes);
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
    return Grid.of(n.dims(), i -> x[0].at(i) * n.at(i))
        .fold(false, new int[] {0}, v -> Arrays.stream(v).sum());
  }
}
