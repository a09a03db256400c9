package gradus.nn;

import gradus.Autograd;
import gradus.DType;
import gradus.Shape;
import gradus.Tensor;
import gradus.nn.Parameterized.Buffer;

/**
 * Averages of the mean and variance of each channel over the batches seen in training: buffers of
 * the layer that holds them.
 */
record RunningStatistics(
    @Buffer @Name("running_mean") Tensor mean,
    @Buffer @Name("running_var") Tensor variance,
    @Buffer @Name("num_batches_tracked") Tensor batches) {

  RunningStatistics(int channels) {
    this(
        Tensor.zeros(channels),
        Tensor.ones(Shape.of(channels), DType.FLOAT32),
        Tensor.zeros(Shape.of(), DType.INT64));
  }

  /** Counts one more batch. */
  void count() {
    try (var _ = Autograd.noGrad()) {
      batches.addInPlace(Tensor.scalar(1, DType.INT64));
    }
  }
}
