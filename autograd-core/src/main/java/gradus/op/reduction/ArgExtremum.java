package gradus.op.reduction;

import gradus.DType;
import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import gradus.kernel.reduce.ArgReduce;
import gradus.op.NoDerivative;
import gradus.op.Overwriting;

/**
 * The index of the largest or smallest element along one dimension, int64; the first of equal ones,
 * the first NaN if there is one: {@code torch.argmax}, {@code torch.argmin}.
 *
 * @param keep whether the dimension stays with size 1
 */
public record ArgExtremum(boolean largest, int dim, boolean keep)
    implements NoDerivative, Overwriting {
  @Override
  public String name() {
    return largest ? "argmax" : "argmin";
  }

  @Override
  public Shape shape(Tensor... in) {
    Shape shape = in[0].shape();
    if (shape.dim(dim) == 0) {
      throw new ShapeException(
          "%s: nothing to choose from in dimension %d of %s".formatted(name(), dim, shape));
    }
    return keep ? shape.with(dim, 1) : shape.remove(dim);
  }

  @Override
  public DType dtype(Tensor... in) {
    return DType.INT64;
  }

  @Override
  public void forward(Tensor[] in, Tensor out) {
    Axes axes = new Axes(1L << dim, keep);
    ArgReduce.run(largest, axes.split(in[0].strided()), axes.result(out.strided()));
  }

  @Override
  public Tensor[] vmap(int size, boolean[] batched, Tensor... in) {
    return new ArgExtremum(largest, dim + 1, keep).applyAll(in);
  }
}
