package gradus.nn;

import gradus.DType;
import gradus.Parameter;
import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
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

  /** The same parameters and running statistics with other settings. */
  ChannelNorm(ChannelNorm of, double eps, @Nullable Double momentum) {
    this.channels = of.channels;
    this.eps = eps;
    this.momentum = momentum;
    this.weight = of.weight;
    this.bias = of.bias;
    this.running = of.running;
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

  /** Refuses what does not have this many channels in dimension 1. */
  final void require(Tensor x, String wanted, int... ranks) {
    if (Arrays.stream(ranks).noneMatch(r -> r == x.rank()) || x.size(1) != channels) {
      throw new ShapeException(
          "%s: needs %s with %d channels in dimension 1, got %s"
              .formatted(this, wanted, channels, x.shape()));
    }
  }

  /** Whether the input is normalised by its own statistics. */
  final boolean usesInput(boolean training) {
    return training || running == null;
  }

  /** The weight of the next batch in the running statistics, if this moves them. */
  final double momentum(boolean training) {
    if (momentum != null) {
      return momentum;
    }
    return training && running != null ? 1 / (running.batches().item() + 1) : 0;
  }

  final double eps() {
    return eps;
  }

  final @Nullable Double momentum() {
    return momentum;
  }

  /** Counts a batch that has moved the running statistics. */
  final void count(boolean training, Tensor x) {
    if (training && running != null && x.numel() > 0) {
      running.count();
    }
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
