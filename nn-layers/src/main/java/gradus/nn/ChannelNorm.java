package gradus.nn;

import gradus.DType;
import gradus.Parameter;
import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import gradus.op.normalization.Normalization;
import gradus.op.reduction.Axes;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What batch and instance normalisation share: a scale and a shift for each channel, dimension 1 of
 * the input [n, channels, ...], and running statistics for evaluation.
 */
abstract sealed class ChannelNorm implements Layer permits BatchNorm, InstanceNorm {
  private final @Nullable Parameter weight;
  private final @Nullable Parameter bias;

  @Name("")
  private final @Nullable RunningStatistics running;

  private final int channels;
  private final double eps;
  private final @Nullable Double momentum;

  ChannelNorm(
      int channels,
      double eps,
      @Nullable Double momentum,
      boolean affine,
      boolean trackRunningStats) {
    this.channels = channels;
    this.eps = eps;
    this.momentum = momentum;
    this.weight = affine ? new Parameter(Tensor.ones(Shape.of(channels), DType.FLOAT32)) : null;
    this.bias = affine ? new Parameter(Tensor.zeros(channels)) : null;
    this.running = trackRunningStats ? new RunningStatistics(channels) : null;
  }

  /** [channels], 1 from the start; null without affine parameters. */
  public @Nullable Parameter weight() {
    return weight;
  }

  /** [channels], 0 from the start; null without affine parameters. */
  public @Nullable Parameter bias() {
    return bias;
  }

  /** [channels], a buffer; null if statistics are not tracked. */
  public @Nullable Tensor runningMean() {
    return running == null ? null : running.mean();
  }

  /** The running average of the unbiased variance: [channels], a buffer; null if not tracked. */
  public @Nullable Tensor runningVar() {
    return running == null ? null : running.variance();
  }

  /** How many batches were seen in training: int64, a buffer; null if not tracked. */
  public @Nullable Tensor numBatchesTracked() {
    return running == null ? null : running.batches();
  }

  /** Refuses what does not have this many channels in dimension 1 of so many. */
  final void require(Tensor x, String wanted, int... ranks) {
    if (Arrays.stream(ranks).noneMatch(r -> r == x.rank()) || x.size(1) != channels) {
      throw new ShapeException(
          "%s: needs %s with %d channels in dimension 1, got %s"
              .formatted(this, wanted, channels, x.shape()));
    }
  }

  /**
   * Normalises x over some dimensions, or by the running statistics if those are kept and this is
   * not training.
   */
  final Tensor normalized(Tensor x, int... dims) {
    boolean training = isTraining();
    if (!training && running != null) {
      Tensor scale = running.variance().add(eps).rsqrt();
      scale = weight == null ? scale : weight.mul(scale);
      Tensor shift = running.mean().mul(scale).neg();
      shift = bias == null ? shift : bias.add(shift);
      return x.mul(perChannel(scale, x.rank())).add(perChannel(shift, x.rank()));
    }
    Axes axes = Axes.of(getClass().getSimpleName(), x.shape(), true, dims);
    int n = axes.count(x.shape());
    if (n == 1) {
      throw new ShapeException(
          "%s: one value per channel has no variance, got %s; use a larger batch, or eval()"
              .formatted(this, x.shape()));
    }
    var normalization = new Normalization(axes, eps, true);
    Tensor[] results = // y, mean, variance
        weight == null || bias == null
            ? normalization.applyAll(x)
            : normalization.applyAll(x, perChannel(weight, x.rank()), perChannel(bias, x.rank()));
    if (training && running != null && x.numel() > 0) {
      Tensor variance = results[2].detach().mul(n / (n - 1.0));
      running.update(overBatch(results[1].detach()), overBatch(variance), momentum);
    }
    return results[0];
  }

  /** [channels] as [channels, 1, 1 ...], which broadcasts to rank dimensions. */
  private Tensor perChannel(Tensor t, int rank) {
    int[] dims = new int[rank - 1];
    Arrays.fill(dims, 1);
    dims[0] = channels;
    return t.reshape(dims);
  }

  /** [n or 1, channels, 1 ...] -> [channels]. */
  private Tensor overBatch(Tensor statistic) {
    return statistic.reshape(statistic.size(0), channels).mean(0);
  }

  @Override
  public String settings() {
    return "%d, eps=%s, momentum=%s, affine=%b, trackRunningStats=%b"
        .formatted(channels, eps, momentum, weight != null, running != null);
  }

  @Override
  public String toString() {
    return describe();
  }
}
