package gradus;

import gradus.op.Formula;
import gradus.op.indexing.Extreme;
import gradus.op.reduction.ArgMax;
import gradus.op.reduction.ArgMin;
import gradus.op.reduction.Axes;
import gradus.op.reduction.LogSoftmax;
import gradus.op.reduction.Max;
import gradus.op.reduction.Min;
import gradus.op.reduction.Softmax;
import gradus.op.reduction.Sum;
import gradus.op.reduction.SumOf;
import java.util.function.UnaryOperator;

/**
 * The operators that fold dimensions away. Without dimensions they fold all; {@code keep} keeps the
 * folded ones with size 1, as {@code keepdim}. Part of {@link Tensor}.
 */
public sealed interface Reduction permits Tensor {
  /** (a - b)^2. */
  Formula SQUARED_DISTANCE = Formula.of("squaredDistance", (a, b) -> a.sub(b).square());

  /** exp(a - b). */
  Formula EXP_DIFFERENCE = Formula.of("expDifference", (a, b) -> a.sub(b).exp());

  /** The sum over the given dimensions, or all. Integers and truth values sum up in int64. */
  default Tensor sum(int... dims) {
    return sum(false, dims);
  }

  default Tensor sum(boolean keep, int... dims) {
    Tensor x = (Tensor) this;
    return new Sum(Axes.of("sum", x.shape(), keep, dims)).apply(x);
  }

  /**
   * Sums away what broadcasting to this shape had repeated: the adjoint of {@link Tensor#expand}.
   */
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
   * The variance: the squared distances from the mean, summed and divided by n - {@code
   * correction}. Of one element with correction 1 it is NaN, and so is its gradient.
   */
  default Tensor var(int correction, boolean keep, int... dims) {
    Tensor x = (Tensor) this;
    Axes axes = Axes.of("var", x.shape(), keep, dims);
    Tensor squares = new SumOf(SQUARED_DISTANCE, axes).apply(x, mean(true, dims));
    return squares.div(Math.max(0, axes.count(x.shape()) - correction));
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

  /**
   * log(sum(exp(x))) over the given dimensions, or all, shifted by the largest element so that
   * nothing overflows.
   */
  default Tensor logsumexp(int... dims) {
    return logsumexp(false, dims);
  }

  default Tensor logsumexp(boolean keep, int... dims) {
    Tensor x = (Tensor) this;
    Axes axes = Axes.of("logsumexp", x.shape(), keep, dims);
    // The shift cancels, so it takes part in no derivative; an infinite one would make NaN of x -
    // m.
    Tensor top = x.detach().amax(true, dims);
    Tensor shift = top.maskedFill(top.abs().eq(Double.POSITIVE_INFINITY), 0);
    Tensor sum = new SumOf(EXP_DIFFERENCE, axes).apply(x, shift);
    return sum.log().add(shift.reshape(sum.shape().dims()));
  }

  /** exp(x) divided by its sum along a dimension. */
  default Tensor softmax(int dim) {
    return alongLast("softmax", dim, x -> new Softmax().apply(x));
  }

  /** The logarithm of {@link #softmax}, computed without its overflow. */
  default Tensor logSoftmax(int dim) {
    return alongLast("logSoftmax", dim, x -> new LogSoftmax().apply(x));
  }

  private Tensor alongLast(String operator, int dim, UnaryOperator<Tensor> rows) {
    Tensor x = (Tensor) this;
    int axis = x.shape().axis(operator, dim);
    boolean last = axis == x.rank() - 1;
    return last ? rows.apply(x) : rows.apply(x.transpose(axis, -1)).transpose(axis, -1);
  }

  /** The place of the largest element along a dimension, int64; the first of equal ones. */
  default Tensor argmax(int dim) {
    return argmax(dim, false);
  }

  default Tensor argmax(int dim, boolean keep) {
    Tensor x = (Tensor) this;
    return new ArgMax(x.shape().axis("argmax", dim), keep).apply(x);
  }

  /** The place of the largest element of all, counted row-major. */
  default Tensor argmax() {
    return ((Tensor) this).flatten().argmax(0);
  }

  /** The place of the smallest element along a dimension, int64; the first of equal ones. */
  default Tensor argmin(int dim) {
    return argmin(dim, false);
  }

  default Tensor argmin(int dim, boolean keep) {
    Tensor x = (Tensor) this;
    return new ArgMin(x.shape().axis("argmin", dim), keep).apply(x);
  }

  /** The place of the smallest element of all, counted row-major. */
  default Tensor argmin() {
    return ((Tensor) this).flatten().argmin(0);
  }

  /** The elements chosen along a dimension, and their places, int64. */
  record Chosen(Tensor values, Tensor indices) {
    static Chosen of(Tensor... results) {
      return new Chosen(results[0], results[1]);
    }
  }

  /** The largest element along a dimension, the first of equal ones, and its place. */
  default Chosen max(int dim) {
    return max(dim, false);
  }

  default Chosen max(int dim, boolean keep) {
    Tensor x = (Tensor) this;
    return Chosen.of(new Extreme(true, x.shape().axis("max", dim), keep).applyAll(x));
  }

  /** The smallest element along a dimension, the first of equal ones, and its place. */
  default Chosen min(int dim) {
    return min(dim, false);
  }

  default Chosen min(int dim, boolean keep) {
    Tensor x = (Tensor) this;
    return Chosen.of(new Extreme(false, x.shape().axis("min", dim), keep).applyAll(x));
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
