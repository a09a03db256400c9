package gradus;

import gradus.op.reduction.Axes;
import gradus.op.reduction.Max;
import gradus.op.reduction.Min;
import gradus.op.reduction.Sum;

/**
 * The operators that fold dimensions away. Without dimensions they fold all; {@code keep} keeps the
 * folded ones with size 1, as {@code keepdim}. Part of {@link Tensor}.
 */
public sealed interface Reduction permits Tensor {

  /** The sum over the given dimensions, or all. Integers and truth values sum up in int64. */
  default Tensor sum(int... dims) {
    return sum(false, dims);
  }

  default Tensor sum(boolean keep, int... dims) {
    Tensor x = (Tensor) this;
    return new Sum(Axes.of("sum", x.shape(), keep, dims)).apply(x);
  }

  /** Sums away what broadcasting to this shape had repeated: the adjoint of {@link Tensor#expand}. */
  default Tensor sumTo(Shape shape) {
    Tensor x = (Tensor) this;
    if (shape.equals(x.shape())) {
      return x;
    }
    int lead = x.rank() - shape.rank();
    long mask = 0;
    for (int d = 0; d < x.rank(); d++) {
      if (d < lead || shape.dim(d - lead) == 1) {
        mask |= 1L << d;
      }
    }
    return new Sum(new Axes(mask, false)).apply(x).reshape(shape.dims());
  }

  /** The mean over the given dimensions, or all; NaN over nothing. */
  default Tensor mean(int... dims) {
    return mean(false, dims);
  }

  default Tensor mean(boolean keep, int... dims) {
    Tensor x = (Tensor) this;
    if (!x.dtype().isFloating()) {
      throw new DTypeException(
          "mean: needs a floating tensor, got %s; convert with to(FLOAT32)".formatted(x.dtype()));
    }
    return sum(keep, dims).div(Axes.of("mean", x.shape(), keep, dims).count(x.shape()));
  }

  /** The unbiased variance over the given dimensions, or all: divided by n - 1. */
  default Tensor var(int... dims) {
    return var(1, false, dims);
  }

  /**
   * The variance: the squared distances from the mean, summed and divided by n - {@code correction}.
   * Of one element with correction 1 it is NaN, and so is its gradient.
   */
  default Tensor var(int correction, boolean keep, int... dims) {
    Tensor x = (Tensor) this;
    int n = Axes.of("var", x.shape(), keep, dims).count(x.shape());
    return x.sub(mean(true, dims)).square().sum(keep, dims).div(Math.max(0, n - correction));
  }

  /** The unbiased standard deviation over the given dimensions, or all. */
  default Tensor std(int... dims) {
    return std(1, false, dims);
  }

  /** The square root of {@link #var(int, boolean, int...)}. */
  default Tensor std(int correction, boolean keep, int... dims) {
    return var(correction, keep, dims).sqrt();
  }

  /** The largest element over the given dimensions, or all; equal ones share the gradient. */
  default Tensor amax(int... dims) {
    return amax(false, dims);
  }

  default Tensor amax(boolean keep, int... dims) {
    Tensor x = (Tensor) this;
    return new Max(Axes.of("amax", x.shape(), keep, dims)).apply(x);
  }

  /** The smallest element over the given dimensions, or all; equal ones share the gradient. */
  default Tensor amin(int... dims) {
    return amin(false, dims);
  }

  default Tensor amin(boolean keep, int... dims) {
    Tensor x = (Tensor) this;
    return new Min(Axes.of("amin", x.shape(), keep, dims)).apply(x);
  }

  /** The largest element of all; equal ones share the gradient. */
  default Tensor max() {
    return amax();
  }

  /** The smallest element of all; equal ones share the gradient. */
  default Tensor min() {
    return amin();
  }
}
