package gradus.nn;

import gradus.Tensor;
import gradus.op.pooling.AvgPool;
import gradus.op.pooling.Windows;

/** The mean of each window: [n, c, h, w] -> [n, c, ...]. */
public record AvgPool2d(AvgPool pool) implements Layer {
  /** Windows side by side. */
  public AvgPool2d(int kernel) {
    this(kernel, kernel, 0);
  }

  public AvgPool2d(int kernel, int stride) {
    this(kernel, stride, 0);
  }

  public AvgPool2d(int kernel, int stride, int padding) {
    this(kernel, stride, padding, false, true, 0);
  }

  public AvgPool2d(
      int kernel, int stride, int padding, boolean ceilMode, boolean countIncludePad, int divisor) {
    this(
        new AvgPool(
            countIncludePad
                ? Windows.of(2, kernel, stride, padding, 1, ceilMode)
                : Windows.of(2, kernel, stride, padding, 1, ceilMode).withoutPadding(),
            divisor));
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.avgPool(x, pool.windows(), pool.divisor());
  }

  @Override
  public String settings() {
    return pool.windows() + (pool.divisor() == 0 ? "" : ", divisor=" + pool.divisor());
  }

  @Override
  public String toString() {
    return describe();
  }
}
