package gradus.op.indexing;

import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import gradus.op.Batches;
import gradus.op.IndexedOp;

/**
 * The adjoint of {@link Gather}: zeros of shape {@code whole} to which, for dimension 0,
 * out[index[i][j]][j] += source[i][j], in the order of i. {@code torch.scatter_add} onto zeros.
 */
public record ScatterAdd(int dim, Shape whole) implements IndexedOp {
  @Override
  public Shape shape(Tensor... in) {
    Shape source = in[0].shape();
    Shape index = in[1].shape();
    boolean fits = source.equals(index) && source.rank() == whole.rank();
    for (int d = 0; d < whole.rank() && fits; d++) {
      fits = d == dim || index.dim(d) <= whole.dim(d);
    }
    if (!fits) {
      throw new ShapeException(
          "scatterAdd: source %s and index %s must have one shape, no larger than %s except in dimension %d"
              .formatted(source, index, whole, dim));
    }
    IndexTensor.check("scatterAdd", in[1], whole.dim(dim));
    return whole;
  }

  @Override
  public void forward(Tensor[] in, Tensor out) {
    gradus.kernel.index.ScatterAdd.run(dim, in[0].strided(), in[1].strided(), out.strided());
  }

  @Override
  public Tensor adjoint(Tensor g, Tensor index, Shape input) {
    return new Gather(dim).apply(g, index);
  }

  @Override
  public Tensor[] vmap(int size, boolean[] batched, Tensor... in) {
    return new ScatterAdd(dim + 1, whole.insert(0, size))
        .applyAll(Batches.expanded(size, batched, in));
  }
}
