package gradus.op.indexing;

import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import gradus.kernel.array.Strided;
import gradus.kernel.index.Indices;
import gradus.op.Batches;
import gradus.op.IndexedOp;
import gradus.op.Overwriting;

/** Whole slices picked along one dimension by a vector of indices: {@code torch.index_select}. */
public record IndexSelect(int dim) implements IndexedOp, Overwriting {
  @Override
  public Shape shape(Tensor... in) {
    Shape index = in[1].shape();
    if (index.rank() != 1) {
      throw new ShapeException("indexSelect: the index must be a vector, got %s".formatted(index));
    }
    IndexTensor.check("indexSelect", in[1], in[0].size(dim));
    return in[0].shape().with(dim, index.dim(0));
  }

  @Override
  public void forward(Tensor[] in, Tensor out) {
    Strided to = out.strided();
    Strided index = Indices.along(dim, in[1].strided(), to.sizes());
    gradus.kernel.index.Gather.run(dim, in[0].strided(), index, to);
  }

  @Override
  public Tensor adjoint(Tensor g, Tensor index, Shape input) {
    return new IndexAdd(dim, input).apply(g, index);
  }

  /**
   * Where x is the same for all examples, their slices are those of one longer index; where both
   * differ, elements are gathered.
   */
  @Override
  public Tensor[] vmap(int size, boolean[] batched, Tensor... in) {
    Tensor x = in[0];
    Tensor index = in[1];
    if (!batched[1]) {
      return new IndexSelect(dim + 1).applyAll(in);
    }
    if (batched[0]) {
      return new Gather(dim + 1).applyAll(x, IndexTensor.along(dim, index, x.shape()));
    }
    Tensor selected = apply(x, index.flatten());
    return Batches.of(Batches.parted(size, dim, selected));
  }
}
