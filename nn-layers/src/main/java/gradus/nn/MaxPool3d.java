package gradus.nn;

import gradus.Tensor;
import gradus.op.pooling.MaxPool;
import gradus.op.pooling.Windows;

/** The largest of each window: [n, c, d, h, w] -> [n, c, ...]. */
public record MaxPool3d(MaxPool pool) implements Layer {
  /** Windows side by side. */
  public MaxPool3d(int kernel) {
    this(kernel, kernel, 0);
  }

  public MaxPool3d(int kernel, int stride) {
    this(kernel, stride, 0);
  }

  public MaxPool3d(int kernel, int stride, int padding) {
    this(kernel, stride, padding, 1, false);
  }

  public MaxPool3d(int kernel, int stride, int padding, int dilation, boolean ceilMode) {
    this(new MaxPool(Windows.of(3, kernel, stride, padding, dilation, ceilMode)));
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.maxPool(x, pool.windows());
  }

  @Override
  public String settings() {
    return pool.windows().toString();
  }

  @Override
  public String toString() {
    return describe();
  }
}
