package gradus;

import gradus.op.pooling.AvgPool;
import gradus.op.pooling.MaxPool;
import gradus.op.pooling.Windows;
import java.util.function.UnaryOperator;

/**
 * Pooling over the last dimensions of [n, channels, size...] or a single [channels, size...].
 * Settings hold for all dimensions; {@link #maxPool} and {@link #avgPool} take {@link Windows} with
 * one for each. Part of {@link Tensor}.
 *
 * <p>All throw {@link ShapeException} where windows do not fit, and {@link DTypeException} unless
 * this is floating.
 */
sealed interface Pooling permits Tensor {

  /** The largest of each window; windows lie side by side. */
  default Tensor maxPool1d(int kernel) {
    return maxPool1d(kernel, kernel, 0);
  }

  default Tensor maxPool1d(int kernel, int stride, int padding) {
    return maxPool1d(kernel, stride, padding, 1, false);
  }

  /** With {@code ceilMode} a last window may begin inside and end outside. */
  default Tensor maxPool1d(int kernel, int stride, int padding, int dilation, boolean ceilMode) {
    return maxPool(Windows.of(1, kernel, stride, padding, dilation, ceilMode));
  }

  /** The largest of each window; windows lie side by side. */
  default Tensor maxPool2d(int kernel) {
    return maxPool2d(kernel, kernel, 0);
  }

  default Tensor maxPool2d(int kernel, int stride, int padding) {
    return maxPool2d(kernel, stride, padding, 1, false);
  }

  /** With {@code ceilMode} a last window may begin inside and end outside. */
  default Tensor maxPool2d(int kernel, int stride, int padding, int dilation, boolean ceilMode) {
    return maxPool(Windows.of(2, kernel, stride, padding, dilation, ceilMode));
  }

  /** The largest of each window; windows lie side by side. */
  default Tensor maxPool3d(int kernel) {
    return maxPool3d(kernel, kernel, 0);
  }

  default Tensor maxPool3d(int kernel, int stride, int padding) {
    return maxPool3d(kernel, stride, padding, 1, false);
  }

  /** With {@code ceilMode} a last window may begin inside and end outside. */
  default Tensor maxPool3d(int kernel, int stride, int padding, int dilation, boolean ceilMode) {
    return maxPool(Windows.of(3, kernel, stride, padding, dilation, ceilMode));
  }

  /** The largest of each window; the gradient goes to the first of equal ones. */
  default Tensor maxPool(Windows windows) {
    return over(windows, new MaxPool(windows)::of);
  }

  /** The mean of each window; windows lie side by side. */
  default Tensor avgPool1d(int kernel) {
    return avgPool1d(kernel, kernel, 0);
  }

  default Tensor avgPool1d(int kernel, int stride, int padding) {
    return avgPool1d(kernel, stride, padding, false, true, 0);
  }

  /**
   * Divides by {@code divisor}, or if that is 0 by the size of the window, padding counted or not.
   */
  default Tensor avgPool1d(
      int kernel, int stride, int padding, boolean ceilMode, boolean countIncludePad, int divisor) {
    Windows.Sliding windows = Windows.of(1, kernel, stride, padding, 1, ceilMode);
    return avgPool(countIncludePad ? windows : windows.withoutPadding(), divisor);
  }

  /** The mean of each window; windows lie side by side. */
  default Tensor avgPool2d(int kernel) {
    return avgPool2d(kernel, kernel, 0);
  }

  default Tensor avgPool2d(int kernel, int stride, int padding) {
    return avgPool2d(kernel, stride, padding, false, true, 0);
  }

  /**
   * Divides by {@code divisor}, or if that is 0 by the size of the window, padding counted or not.
   */
  default Tensor avgPool2d(
      int kernel, int stride, int padding, boolean ceilMode, boolean countIncludePad, int divisor) {
    Windows.Sliding windows = Windows.of(2, kernel, stride, padding, 1, ceilMode);
    return avgPool(countIncludePad ? windows : windows.withoutPadding(), divisor);
  }

  /** The mean of each window; windows lie side by side. */
  default Tensor avgPool3d(int kernel) {
    return avgPool3d(kernel, kernel, 0);
  }

  default Tensor avgPool3d(int kernel, int stride, int padding) {
    return avgPool3d(kernel, stride, padding, false, true, 0);
  }

  /**
   * Divides by {@code divisor}, or if that is 0 by the size of the window, padding counted or not.
   */
  default Tensor avgPool3d(
      int kernel, int stride, int padding, boolean ceilMode, boolean countIncludePad, int divisor) {
    Windows.Sliding windows = Windows.of(3, kernel, stride, padding, 1, ceilMode);
    return avgPool(countIncludePad ? windows : windows.withoutPadding(), divisor);
  }

  /** The mean of each window. */
  default Tensor avgPool(Windows windows) {
    return avgPool(windows, 0);
  }

  /** The sum of each window by {@code divisor}, or if that is 0 by its size. */
  default Tensor avgPool(Windows windows, int divisor) {
    return over(windows, new AvgPool(windows, divisor)::apply);
  }

  /** Means of windows that share each dimension evenly, as many as asked for. */
  default Tensor adaptiveAvgPool1d(int n) {
    return avgPool(Windows.adaptive(n));
  }

  /** The largest of windows that share each dimension evenly, as many as asked for. */
  default Tensor adaptiveMaxPool1d(int n) {
    return maxPool(Windows.adaptive(n));
  }

  /** Means of windows that share each dimension evenly, as many as asked for. */
  default Tensor adaptiveAvgPool2d(int height, int width) {
    return avgPool(Windows.adaptive(height, width));
  }

  /** The largest of windows that share each dimension evenly, as many as asked for. */
  default Tensor adaptiveMaxPool2d(int height, int width) {
    return maxPool(Windows.adaptive(height, width));
  }

  /** Means of windows that share each dimension evenly, as many as asked for. */
  default Tensor adaptiveAvgPool3d(int depth, int height, int width) {
    return avgPool(Windows.adaptive(depth, height, width));
  }

  /** The largest of windows that share each dimension evenly, as many as asked for. */
  default Tensor adaptiveMaxPool3d(int depth, int height, int width) {
    return maxPool(Windows.adaptive(depth, height, width));
  }

  private Tensor over(Windows windows, UnaryOperator<Tensor> pool) {
    Tensor x = (Tensor) this;
    boolean single = x.rank() == windows.dimensions() + 1;
    return single ? pool.apply(x.unsqueeze(0)).squeeze(0) : pool.apply(x);
  }
}
