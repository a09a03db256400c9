package gradus.nn;

import gradus.Autograd;
import gradus.DType;
import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import gradus.op.normalization.Normalization;
import gradus.op.reduction.Axes;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The normalisations of {@link F}: over the last dimensions, groups, examples, or the batch. */
final class Normalizations {
  private Normalizations() {}

  // --- over the last dimensions ---

  static Tensor layer(
      Tensor x, Shape normalized, @Nullable Tensor weight, @Nullable Tensor bias, double eps) {
    Axes axes = lastAxes("layerNorm", normalized, x.shape());
    requireShape("layerNorm", "weight", weight, normalized);
    requireShape("layerNorm", "bias", bias, normalized);
    return applied(new Normalization(axes, eps, true), x, weight, bias)[0];
  }

  static Tensor rms(Tensor x, Shape normalized, @Nullable Tensor weight, @Nullable Double eps) {
    Axes axes = lastAxes("rmsNorm", normalized, x.shape());
    requireShape("rmsNorm", "weight", weight, normalized);
    double e = eps != null ? eps : x.dtype() == DType.FLOAT64 ? Math.ulp(1.0) : Math.ulp(1f);
    return applied(new Normalization(axes, e, false), x, weight, null)[0];
  }

  /** The last dimensions of x, which must have the normalised shape. */
  private static Axes lastAxes(String name, Shape normalized, Shape x) {
    int k = normalized.rank();
    if (k == 0) {
      throw new ShapeException(name + ": needs at least one dimension to normalise over");
    }
    int[] last = new int[k];
    Arrays.setAll(last, d -> d - k);
    if (x.rank() < k || !sameEnd(normalized, x)) {
      throw new ShapeException(
          "%s: the input must end in %s, got %s".formatted(name, normalized, x));
    }
    return Axes.of(name, x, true, last);
  }

  private static boolean sameEnd(Shape end, Shape x) {
    int more = x.rank() - end.rank();
    for (int d = 0; d < end.rank(); d++) {
      if (end.dim(d) != x.dim(more + d)) {
        return false;
      }
    }
    return true;
  }

  static void requireShape(
      String name, String parameter, @Nullable Tensor given, Shape normalized) {
    if (given != null && !given.shape().equals(normalized)) {
      throw new ShapeException(
          "%s: the %s must have the normalised shape %s, got %s"
              .formatted(name, parameter, normalized, given.shape()));
    }
  }

  // --- over groups of channels ---

  static Tensor group(
      Tensor x, int groups, @Nullable Tensor weight, @Nullable Tensor bias, double eps) {
    int channels = channels("groupNorm", x);
    if (groups < 1 || channels % groups != 0) {
      throw new IllegalArgumentException(
          "groupNorm: %d channels of the input %s do not divide into %d groups"
              .formatted(channels, x.shape(), groups));
    }
    requireChannels("groupNorm", "weight", weight, x);
    requireChannels("groupNorm", "bias", bias, x);
    int each = channels / groups;
    int rest = 1;
    for (int d = 2; d < x.rank(); d++) {
      rest *= x.size(d);
    }
    Tensor grouped = x.reshape(x.size(0), groups, each, rest);
    Axes axes = Axes.of("groupNorm", grouped.shape(), true, 2, 3);
    Tensor[] y =
        applied(
            new Normalization(axes, eps, true),
            grouped,
            weight == null ? null : weight.reshape(groups, each, 1),
            bias == null ? null : bias.reshape(groups, each, 1));
    return y[0].reshape(x.shape());
  }

  // --- over examples, or the batch ---

  static Tensor instance(
      Tensor x,
      @Nullable Tensor runningMean,
      @Nullable Tensor runningVar,
      @Nullable Tensor weight,
      @Nullable Tensor bias,
      boolean useInputStats,
      double momentum,
      double eps) {
    requireAll("instanceNorm", x, runningMean, runningVar, weight, bias);
    if (!useInputStats) {
      return byRunning("instanceNorm", x, runningMean, runningVar, weight, bias, eps);
    }
    int[] spatial = new int[x.rank() - 2];
    Arrays.setAll(spatial, d -> d + 2);
    return byInput(
        "instanceNorm", x, spatial, runningMean, runningVar, weight, bias, momentum, eps);
  }

  static Tensor batch(
      Tensor x,
      @Nullable Tensor runningMean,
      @Nullable Tensor runningVar,
      @Nullable Tensor weight,
      @Nullable Tensor bias,
      boolean training,
      double momentum,
      double eps) {
    requireAll("batchNorm", x, runningMean, runningVar, weight, bias);
    if (!training) {
      return byRunning("batchNorm", x, runningMean, runningVar, weight, bias, eps);
    }
    int[] allButChannels = new int[x.rank() - 1];
    Arrays.setAll(allButChannels, d -> d == 0 ? 0 : d + 1);
    return byInput(
        "batchNorm", x, allButChannels, runningMean, runningVar, weight, bias, momentum, eps);
  }

  private static Tensor byRunning(
      String name,
      Tensor x,
      @Nullable Tensor mean,
      @Nullable Tensor variance,
      @Nullable Tensor weight,
      @Nullable Tensor bias,
      double eps) {
    if (mean == null || variance == null) {
      throw new IllegalArgumentException(
          name + ": without the statistics of the input, runningMean and runningVar are needed");
    }
    Tensor scale = variance.add(eps).rsqrt();
    scale = weight == null ? scale : weight.mul(scale);
    Tensor shift = mean.mul(scale).neg();
    shift = bias == null ? shift : bias.add(shift);
    return x.mul(perChannel(scale, x.rank())).add(perChannel(shift, x.rank()));
  }

  /** By mean and variance over some dimensions of x, towards which the running ones are moved. */
  private static Tensor byInput(
      String name,
      Tensor x,
      int[] dims,
      @Nullable Tensor runningMean,
      @Nullable Tensor runningVar,
      @Nullable Tensor weight,
      @Nullable Tensor bias,
      double momentum,
      double eps) {
    int n = 1;
    for (int d : dims) {
      n *= x.size(d);
    }
    if (n == 1) {
      throw new ShapeException(
          "%s: one value per channel has no variance, got %s; use a larger batch%s"
              .formatted(
                  name,
                  x.shape(),
                  name.equals("batchNorm") ? ", dropLast() of the loader, or eval()" : ", or eval()"));
    }
    Axes axes = Axes.of(name, x.shape(), true, dims);
    int rank = x.rank();
    Tensor[] results = // y, mean, variance
        applied(
            new Normalization(axes, eps, true),
            x,
            weight == null ? null : perChannel(weight, rank),
            bias == null ? null : perChannel(bias, rank));
    if (x.numel() > 0 && runningMean != null && runningVar != null) {
      Tensor unbiased = results[2].detach().mul(n / (n - 1.0));
      move(runningMean, overBatch(results[1].detach()), momentum);
      move(runningVar, overBatch(unbiased), momentum);
    }
    return results[0];
  }

  /** [n or 1, channels, 1 ...] -> [channels]. */
  private static Tensor overBatch(Tensor statistic) {
    return statistic.reshape(statistic.size(0), statistic.size(1)).mean(0);
  }

  /** A running average, in place. */
  private static void move(Tensor average, Tensor towards, double weight) {
    try (var _ = Autograd.noGrad()) {
      average.mulInPlace(1 - weight).addInPlace(towards, weight);
    }
  }

  // --- shared ---

  /** The results of a normalisation; a weight and a bias may be missing. */
  private static Tensor[] applied(
      Normalization normalization, Tensor x, @Nullable Tensor weight, @Nullable Tensor bias) {
    if (weight != null) {
      return bias == null
          ? normalization.applyAll(x, weight)
          : normalization.applyAll(x, weight, bias);
    }
    Tensor[] results = normalization.applyAll(x);
    results[0] = bias == null ? results[0] : results[0].add(bias);
    return results;
  }

  /** [channels] as [channels, 1, 1 ...], which broadcasts to rank dimensions. */
  private static Tensor perChannel(Tensor t, int rank) {
    int[] dims = new int[rank - 1];
    Arrays.fill(dims, 1);
    dims[0] = t.numel();
    return t.reshape(dims);
  }

  private static void requireAll(
      String name,
      Tensor x,
      @Nullable Tensor runningMean,
      @Nullable Tensor runningVar,
      @Nullable Tensor weight,
      @Nullable Tensor bias) {
    requireChannels(name, "runningMean", runningMean, x);
    requireChannels(name, "runningVar", runningVar, x);
    requireChannels(name, "weight", weight, x);
    requireChannels(name, "bias", bias, x);
    if ((runningMean == null) != (runningVar == null)) {
      throw new IllegalArgumentException(name + ": runningMean and runningVar go together");
    }
  }

  private static int channels(String name, Tensor x) {
    if (x.rank() < 2) {
      throw new ShapeException(
          "%s: the input must be [n, channels, ...], got %s".formatted(name, x.shape()));
    }
    return x.size(1);
  }

  private static void requireChannels(
      String name, String parameter, @Nullable Tensor given, Tensor x) {
    int channels = channels(name, x);
    if (given != null && (given.rank() != 1 || given.size(0) != channels)) {
      throw new ShapeException(
          "%s: the %s for input %s must be [%d], one for each channel, got %s"
              .formatted(name, parameter, x.shape(), channels, given.shape()));
    }
  }
}
