package gradus.op.reduction;

import gradus.DType;
import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import gradus.kernel.reduce.ArgReduce;
import gradus.op.Call;
import gradus.op.Op;
import gradus.op.Tangents;
import org.jspecify.annotations.Nullable;

/**
 * The index of the largest or smallest element along one dimension, int64; the first of equal ones,
 * the first NaN if there is one.
 */
interface ArgExtremum extends Op {
  int dim();

  /** Whether the dimension stays with size 1. */
  boolean keep();

  boolean isLargest();

  @Override
  default Shape shape(Tensor... in) {
    Shape shape = in[0].shape();
    if (shape.dim(dim()) == 0) {
      throw new ShapeException(
          "%s: nothing to choose from in dimension %d of %s".formatted(name(), dim(), shape));
    }
    return keep() ? shape.with(dim(), 1) : shape.remove(dim());
  }

  @Override
  default DType dtype(Tensor... in) {
    return DType.INT64;
  }

  @Override
  default boolean overwrites() {
    return true;
  }

  @Override
  default void forward(Tensor[] in, Tensor out) {
    Axes axes = new Axes(1L << dim(), keep());
    ArgReduce.run(isLargest(), axes.split(in[0].strided()), axes.result(out.strided()));
  }

  @Override
  default @Nullable Tensor vjp(int i, Tensor g, Call call) {
    return null; // indices are no numbers that could move
  }

  @Override
  default @Nullable Tensor @Nullable [] jvp(@Nullable Tensor[] tangents, Call call) {
    return Tangents.of(null);
  }
}
