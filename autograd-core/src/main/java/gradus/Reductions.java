package gradus;

import gradus.op.indexing.Extreme;
import gradus.op.reduction.ArgExtremum;
import gradus.op.reduction.Axes;
import gradus.op.reduction.CumSum;
import gradus.op.reduction.Extremum;
import gradus.op.reduction.SoftmaxOp;
import gradus.op.reduction.Sum;
import gradus.op.reduction.SumOf;
import java.util.function.UnaryOperator;

/**
 * The operators that fold dimensions away: without dimensions all of them; with {@code keepdim} the
 * folded ones stay with size 1. Part of {@link Tensor}.
 */
sealed interface Reductions permits Tensor {

  /** The sum over the given dimensions, or all. Integers and truth values sum up in int64. */
  default Tensor sum(int... dims) {
    return sum(dims, false);
  }

  default Tensor sum(int dim, boolean keepdim) {
    return sum(new int[] {dim}, keepdim);
  }

  default Tensor sum(int[] dims, boolean keepdim) {
    Tensor x = (Tensor) this;
    return new Sum(Axes.of("sum", x.shape(), keepdim, dims)).apply(x);
  }

  /** The sums of the elements up to each one along a dimension; of integers in int64. */
  default Tensor cumsum(int dim) {
    Tensor x = (Tensor) this;
    if (x.shape().isNumber(dim)) {
      return x.reshape(1).cumsum(0).reshape();
    }
    return new CumSum(x.shape().axis("cumsum", dim)).apply(x);
  }

  /**
   * Sums away what broadcasting to this shape had repeated: the adjoint of {@link Tensor#expand},
   * {@code torch.Tensor.sum_to_size}.
   *
   * @throws ShapeException if this tensor is no result of such broadcasting
   */
  default Tensor sumToSize(Shape shape) {
    Tensor x = (Tensor) this;
    if (shape.equals(x.shape())) {
      return x;
    }
    if (!shape.expandsTo(x.shape())) {
      throw new ShapeException(
          "sumToSize: %s does not expand to %s, so nothing of it was repeated"
              .formatted(shape, x.shape()));
    }
    int lead = x.rank() - shape.rank();
    long mask = 0;
    for (int d = 0; d < x.rank(); d++) {
      if (d < lead || shape.dim(d - lead) == 1) {
        mask |= 1L << d;
      }
    }
    return new Sum(new Axes(mask, false)).apply(x).reshape(shape);
  }

  /** As {@link #sumToSize(Shape)}. */
  default Tensor sumToSize(int... dims) {
    return sumToSize(Shape.of(dims));
  }

  /** The mean over the given dimensions, or all; NaN over nothing. */
  default Tensor mean(int... dims) {
    return mean(dims, false);
  }

  default Tensor mean(int dim, boolean keepdim) {
    return mean(new int[] {dim}, keepdim);
  }

  default Tensor mean(int[] dims, boolean keepdim) {
    Tensor x = (Tensor) this;
    if (!x.dtype().isFloating()) {
      throw new DTypeException(
          "mean: needs a floating tensor, got %s; convert with to(FLOAT32)".formatted(x.dtype()));
    }
    return sum(dims, keepdim).div(Axes.of("mean", x.shape(), keepdim, dims).count(x.shape()));
  }

  /** The unbiased variance over the given dimensions, or all: divided by n - 1. */
  default Tensor var(int... dims) {
    return var(dims, false, 1);
  }

  default Tensor var(int dim, boolean keepdim) {
    return var(new int[] {dim}, keepdim, 1);
  }

  default Tensor var(int dim, boolean keepdim, int correction) {
    return var(new int[] {dim}, keepdim, correction);
  }

  /**
   * The variance: the squared distances from the mean, summed and divided by n - {@code
   * correction}. Of one element with correction 1 it is NaN, and so is its gradient.
   */
  default Tensor var(int[] dims, boolean keepdim, int correction) {
    Tensor x = (Tensor) this;
    Axes axes = Axes.of("var", x.shape(), keepdim, dims);
    Tensor squares = new SumOf(SumOf.SQUARED_DISTANCE, axes).apply(x, mean(dims, true));
    return squares.div(Math.max(0, axes.count(x.shape()) - correction));
  }

  /** The unbiased standard deviation over the given dimensions, or all. */
  default Tensor std(int... dims) {
    return std(dims, false, 1);
  }

  default Tensor std(int dim, boolean keepdim) {
    return std(new int[] {dim}, keepdim, 1);
  }

  default Tensor std(int dim, boolean keepdim, int correction) {
    return std(new int[] {dim}, keepdim, correction);
  }

  /** The square root of {@link #var(int[], boolean, int)}. */
  default Tensor std(int[] dims, boolean keepdim, int correction) {
    return var(dims, keepdim, correction).sqrt();
  }

  /** The largest element over the given dimensions, or all; equal ones share the gradient. */
  default Tensor amax(int... dims) {
    return amax(dims, false);
  }

  default Tensor amax(int dim, boolean keepdim) {
    return amax(new int[] {dim}, keepdim);
  }

  default Tensor amax(int[] dims, boolean keepdim) {
    Tensor x = (Tensor) this;
    return new Extremum(true, Axes.of("amax", x.shape(), keepdim, dims)).apply(x);
  }

  /** The smallest element over the given dimensions, or all; equal ones share the gradient. */
  default Tensor amin(int... dims) {
    return amin(dims, false);
  }

  default Tensor amin(int dim, boolean keepdim) {
    return amin(new int[] {dim}, keepdim);
  }

  default Tensor amin(int[] dims, boolean keepdim) {
    Tensor x = (Tensor) this;
    return new Extremum(false, Axes.of("amin", x.shape(), keepdim, dims)).apply(x);
  }

  /**
   * log(sum(exp(x))) over the given dimensions, or all, shifted by the largest element so that
   * nothing overflows.
   */
  default Tensor logsumexp(int... dims) {
    return logsumexp(dims, false);
  }

  default Tensor logsumexp(int dim, boolean keepdim) {
    return logsumexp(new int[] {dim}, keepdim);
  }

  default Tensor logsumexp(int[] dims, boolean keepdim) {
    Tensor x = (Tensor) this;
    Axes axes = Axes.of("logsumexp", x.shape(), keepdim, dims);
    // The shift cancels, so it has no part in derivatives; an infinite one would make NaN of x - m.
    Tensor top = x.detach().amax(dims, true);
    Tensor shift = top.maskedFill(top.abs().eq(Double.POSITIVE_INFINITY), 0);
    Tensor sum = new SumOf(SumOf.EXP_DIFFERENCE, axes).apply(x, shift);
    return sum.log().add(shift.reshape(sum.shape()));
  }

  /** exp(x) divided by its sum along a dimension. */
  default Tensor softmax(int dim) {
    return alongLast("softmax", dim, x -> new SoftmaxOp(false).apply(x));
  }

  /** The logarithm of {@link #softmax}, computed without its overflow. */
  default Tensor logSoftmax(int dim) {
    return alongLast("logSoftmax", dim, x -> new SoftmaxOp(true).apply(x));
  }

  private Tensor alongLast(String operator, int dim, UnaryOperator<Tensor> rows) {
    Tensor x = (Tensor) this;
    if (x.shape().isNumber(dim)) {
      return rows.apply(x.reshape(1)).reshape();
    }
    int axis = x.shape().axis(operator, dim);
    boolean last = axis == x.rank() - 1;
    return last ? rows.apply(x) : rows.apply(x.transpose(axis, -1)).transpose(axis, -1);
  }

  /** The index of the largest element along a dimension, int64; the first of equal ones. */
  default Tensor argmax(int dim) {
    return argmax(dim, false);
  }

  default Tensor argmax(int dim, boolean keepdim) {
    return place("argmax", true, dim, keepdim);
  }

  private Tensor place(String operator, boolean largest, int dim, boolean keepdim) {
    Tensor x = (Tensor) this;
    return x.shape().isNumber(dim)
        ? new ArgExtremum(largest, 0, false).apply(x.reshape(1))
        : new ArgExtremum(largest, x.shape().axis(operator, dim), keepdim).apply(x);
  }

  /** The index of the largest element of all, counted row-major. */
  default Tensor argmax() {
    return ((Tensor) this).flatten().argmax(0);
  }

  /** The index of the smallest element along a dimension, int64; the first of equal ones. */
  default Tensor argmin(int dim) {
    return argmin(dim, false);
  }

  default Tensor argmin(int dim, boolean keepdim) {
    return place("argmin", false, dim, keepdim);
  }

  /** The index of the smallest element of all, counted row-major. */
  default Tensor argmin() {
    return ((Tensor) this).flatten().argmin(0);
  }

  /** The largest element along a dimension, the first of equal ones, and its index. */
  default ValuesAndIndices max(int dim) {
    return max(dim, false);
  }

  default ValuesAndIndices max(int dim, boolean keepdim) {
    return chosen("max", true, dim, keepdim);
  }

  private ValuesAndIndices chosen(String operator, boolean largest, int dim, boolean keepdim) {
    Tensor x = (Tensor) this;
    return ValuesAndIndices.of(
        x.shape().isNumber(dim)
            ? new Extreme(largest, 0, false).applyAll(x.reshape(1))
            : new Extreme(largest, x.shape().axis(operator, dim), keepdim).applyAll(x));
  }

  /** The smallest element along a dimension, the first of equal ones, and its index. */
  default ValuesAndIndices min(int dim) {
    return min(dim, false);
  }

  default ValuesAndIndices min(int dim, boolean keepdim) {
    return chosen("min", false, dim, keepdim);
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
