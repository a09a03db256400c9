package gradus.op.indexing;

import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import gradus.kernel.array.Strided;
import gradus.kernel.index.Indices;
import gradus.op.Batches;
import gradus.op.IndexedOp;

/**
 * The adjoint of {@link IndexSelect}: zeros of shape {@code whole} to whose slice index[i] the i-th
 * slice of the source is added, in the order of i. {@code torch.index_add} onto zeros.
 */
public record IndexAdd(int dim, Shape whole) implements IndexedOp {
  @Override
  public Shape shape(Tensor... in) {
    Shape source = in[0].shape();
    Shape index = in[1].shape();
    if (index.rank() != 1
        || source.rank() != whole.rank()
        || !source.equals(whole.with(dim, index.dim(0)))) {
      throw new ShapeException(
          "indexAdd: source %s and index %s do not fit %s in dimension %d"
              .formatted(source, index, whole, dim));
    }
    IndexTensor.check("indexAdd", in[1], whole.dim(dim));
    return whole;
  }

  @Override
  public void forward(Tensor[] in, Tensor out) {
    Strided source = in[0].strided();
    Strided index = Indices.along(dim, in[1].strided(), source.sizes());
    gradus.kernel.index.ScatterAdd.run(dim, source, index, out.strided());
  }

  @Override
  public Tensor adjoint(Tensor g, Tensor index, Shape input) {
    return new IndexSelect(dim).apply(g, index);
  }

  @Override
  public Tensor[] vmap(int size, boolean[] batched, Tensor... in) {
    Tensor source = Batches.expanded(size, batched[0], in[0]);
    Shape all = whole.insert(0, size);
    return batched[1]
        ? new ScatterAdd(dim + 1, all)
            .applyAll(source, IndexTensor.along(dim, in[1], source.shape()))
        : new IndexAdd(dim + 1, all).applyAll(source, in[1]);
  }
}
