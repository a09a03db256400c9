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
 * The place of the smallest element along one dimension, int64; the first of equal ones, the first
 * NaN if there is one: {@code torch.argmin}.
 */
public record ArgMin(int dim, boolean keep) implements Op {
  @Override
  public String name() {
    return "argmin";
  }

  @Override
  public Shape shape(Tensor... in) {
    Shape shape = in[0].shape();
    if (shape.dim(dim) == 0) {
      throw new ShapeException(
          "argmin: nothing to choose from in dimension %d of %s".formatted(dim, shape));
    }
    return keep ? shape.with(dim, 1) : shape.remove(dim);
  }

  @Override
  public DType dtype(Tensor... in) {
    return DType.INT64;
  }

  @Override
  public boolean overwrites() {
    return true;
  }

  @Override
  public void forward(Tensor[] in, Tensor out) {
    Axes axes = new Axes(1L << dim, keep);
    ArgReduce.run(false, axes.split(in[0].strided()), axes.result(out.strided()));
  }

  @Override
  public @Nullable Tensor vjp(int i, Tensor g, Call call) {
    return null; // places are no numbers that could move
  }

  @Override
  public @Nullable Tensor[] jvp(@Nullable Tensor[] tangents, Call call) {
    return Tangents.of(null);
  }

  @Override
  public Tensor[] vmap(int size, boolean[] batched, Tensor... in) {
    return new ArgMin(dim + 1, keep).applyAll(in);
  }
}
