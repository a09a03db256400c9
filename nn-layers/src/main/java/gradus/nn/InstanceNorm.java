package gradus.nn;

import gradus.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * {@code (x - mean) / sqrt(variance + eps) * weight + bias} with the mean and the biased variance
 * of each channel of each example. Ulyanov, Vedaldi, Lempitsky, "Instance Normalization", 2016.
 * Running statistics, if tracked, are averages over the examples and replace those of the example
 * in evaluation. The dimension of examples may be missing.
 */
public abstract sealed class InstanceNorm extends ChannelNorm
    permits InstanceNorm1d, InstanceNorm2d, InstanceNorm3d {
  InstanceNorm(
      int channels,
      double eps,
      @Nullable Double momentum,
      boolean affine,
      boolean trackRunningStats) {
    super(channels, eps, momentum, affine, trackRunningStats);
  }

  InstanceNorm(InstanceNorm of, double eps, @Nullable Double momentum) {
    super(of, eps, momentum);
  }

  /** The number of dimensions after the channels. */
  abstract int spatial();

  @Override
  public Tensor forward(Tensor x) {
    boolean single = x.rank() == spatial() + 1;
    Tensor batch = single ? x.unsqueeze(0) : x;
    require(batch, "[n, channels, ...] of %d dimensions".formatted(spatial() + 2), spatial() + 2);
    boolean training = isTraining();
    Tensor y =
        F.instanceNorm(
            batch,
            runningMean(),
            runningVar(),
            weight(),
            bias(),
            usesInput(training),
            momentum(training),
            eps());
    count(training, batch);
    return single ? y.squeeze(0) : y;
  }
}
