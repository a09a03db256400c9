package gradus.op.indexing;

import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import gradus.op.Batches;
import gradus.op.IndexedOp;
import gradus.op.Overwriting;

/**
 * Elements picked along one dimension: of x and an index of the same rank, out[i][j] =
 * x[index[i][j]][j] for dimension 0. {@code torch.gather}.
 */
public record Gather(int dim) implements IndexedOp, Overwriting {
  @Override
  public Shape shape(Tensor... in) {
    Shape x = in[0].shape();
    Shape index = in[1].shape();
    boolean fits = x.rank() == index.rank();
    for (int d = 0; d < x.rank() && fits; d++) {
      fits = d == dim || index.dim(d) <= x.dim(d);
    }
    if (!fits) {
      throw new ShapeException(
          "gather: the index %s must have as many dimensions as %s and be no larger, except in dimension %d"
              .formatted(index, x, dim));
    }
    IndexTensor.check("gather", in[1], x.dim(dim));
    return index;
  }

  @Override
  public void forward(Tensor[] in, Tensor out) {
    gradus.kernel.index.Gather.run(dim, in[0].strided(), in[1].strided(), out.strided());
  }

  @Override
  public Tensor adjoint(Tensor g, Tensor index, Shape input) {
    return new ScatterAdd(dim, input).apply(g, index);
  }

  /** Where x is the same for all examples, their indices are those of one larger gather. */
  @Override
  public Tensor[] vmap(int size, boolean[] batched, Tensor... in) {
    if (batched[0]) {
      return new Gather(dim + 1).applyAll(Batches.expanded(size, batched, in));
    }
    Tensor picked = apply(in[0], Batches.merged(dim, in[1]));
    return Batches.of(Batches.parted(size, dim, picked));
  }
}
