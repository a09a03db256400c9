package gradus.nn;

import gradus.Tensor;
import gradus.op.pooling.AvgPool;
import gradus.op.pooling.Windows;

/** The mean of each window: [n, c, l] -> [n, c, ...]. */
public record AvgPool1d(AvgPool pool) implements Layer {
  /** Windows side by side. */
  public AvgPool1d(int kernel) {
    this(kernel, kernel, 0);
  }

  public AvgPool1d(int kernel, int stride) {
    this(kernel, stride, 0);
  }

  public AvgPool1d(int kernel, int stride, int padding) {
    this(kernel, stride, padding, false, true, 0);
  }

  public AvgPool1d(
      int kernel, int stride, int padding, boolean ceilMode, boolean countIncludePad, int divisor) {
    this(
        new AvgPool(
            countIncludePad
                ? Windows.of(1, kernel, stride, padding, 1, ceilMode)
                : Windows.of(1, kernel, stride, padding, 1, ceilMode).withoutPadding(),
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
