package gradus.nn;

import gradus.Autograd;
import gradus.DType;
import gradus.Shape;
import gradus.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Averages of the mean and variance of each channel over the batches seen in training: buffers of
 * the layer that holds them.
 */
record RunningStatistics(
    @Name("running_mean") Tensor mean,
    @Name("running_var") Tensor variance,
    @Name("num_batches_tracked") Tensor batches) {

  RunningStatistics(int channels) {
    this(
        Tensor.zeros(channels),
        Tensor.ones(Shape.of(channels), DType.FLOAT32),
        Tensor.zeros(Shape.of(), DType.INT64));
  }

  /**
   * Takes in one more batch.
   *
   * @param mean [channels], as is the variance
   * @param momentum the weight of the new batch; null for 1 / number of batches, which gives the
   *     plain average
   */
  void update(Tensor mean, Tensor variance, @Nullable Double momentum) {
    try (var _ = Autograd.noGrad()) {
      batches.addInPlace(Tensor.scalar(1, DType.INT64));
      double weight = momentum != null ? momentum : 1 / batches.item();
      this.mean.mulInPlace(1 - weight).addInPlace(mean, weight);
      this.variance.mulInPlace(1 - weight).addInPlace(variance, weight);
    }
  }
}
