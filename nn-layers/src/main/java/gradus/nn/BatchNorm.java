package gradus.nn;

import gradus.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * {@code (x - mean) / sqrt(variance + eps) * weight + bias} with the mean and the biased variance
 * of each channel: in training those of the batch, which also enter the running averages; in
 * evaluation the running averages, if they are tracked. Ioffe and Szegedy, "Batch Normalization",
 * 2015. A gradient flows through the statistics of the batch.
 */
public abstract sealed class BatchNorm extends ChannelNorm
    permits BatchNorm1d, BatchNorm2d, BatchNorm3d {
  BatchNorm(
      int channels,
      double eps,
      @Nullable Double momentum,
      boolean affine,
      boolean trackRunningStats) {
    super(channels, eps, momentum, affine, trackRunningStats);
  }

  BatchNorm(BatchNorm of, double eps, @Nullable Double momentum) {
    super(of, eps, momentum);
  }

  abstract void check(Tensor x);

  @Override
  public Tensor forward(Tensor x) {
    check(x);
    boolean training = isTraining();
    Tensor y =
        F.batchNorm(
            x,
            runningMean(),
            runningVar(),
            weight(),
            bias(),
            usesInput(training),
            momentum(training),
            eps());
    count(training, x);
    return y;
  }
}
