package gradus.nn;

import gradus.Tensor;
import gradus.op.pooling.MaxPool;
import gradus.op.pooling.Windows;

/** The largest of each window: [n, c, l] -> [n, c, ...]. */
public record MaxPool1d(MaxPool pool) implements Layer {
  /** Windows side by side. */
  public MaxPool1d(int kernel) {
    this(kernel, kernel, 0);
  }

  public MaxPool1d(int kernel, int stride) {
    this(kernel, stride, 0);
  }

  public MaxPool1d(int kernel, int stride, int padding) {
    this(kernel, stride, padding, 1, false);
  }

  public MaxPool1d(int kernel, int stride, int padding, int dilation, boolean ceilMode) {
    this(new MaxPool(Windows.of(1, kernel, stride, padding, dilation, ceilMode)));
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
