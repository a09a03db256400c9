package gradus.op.indexing;

import gradus.DType;
import gradus.Shape;
import gradus.Tensor;
import gradus.op.Call;
import gradus.op.Gradients;
import gradus.op.Overwriting;
import gradus.op.Reads;
import gradus.op.Spec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An operator that chooses elements along one dimension. Its results are their values and their
 * places in that dimension, int64; the gradient of the values goes to those places.
 */
interface Choosing extends Overwriting {
  int dim();

  /** The same choice along another dimension. */
  Choosing along(int dim);

  /** The shape of both results, which may lack the dimension. */
  Shape shape(Shape x);

  @Override
  default List<Spec> results(Tensor... in) {
    Shape shape = shape(in[0].shape());
    return List.of(Spec.of(shape, in[0].dtype()), Spec.of(shape, DType.INT64));
  }

  @Override
  default @Nullable Tensor[] vjp(boolean[] wanted, Gradients g, Call call) {
    Tensor values = g.of(0);
    if (values == null) {
      return new Tensor[1];
    }
    Shape whole = call.shape(0);
    var spread = new ScatterAdd(dim(), whole);
    return new Tensor[] {spread.apply(like(whole.rank(), values), like(whole.rank(), call.out(1)))};
  }

  /** A result with the dimension that it may lack. */
  private Tensor like(int rank, Tensor result) {
    return result.rank() < rank ? result.unsqueeze(dim()) : result;
  }

  @Override
  default Reads reads(int i) {
    return Reads.results(1);
  }

  /** The tangents at the places that were chosen. */
  @Override
  default @Nullable Tensor[] jvp(@Nullable Tensor[] tangents, Call call) {
    Tensor tangent = tangents[0];
    if (tangent == null) {
      return new @Nullable Tensor[2];
    }
    Tensor chosen = new Gather(dim()).apply(tangent, like(tangent.rank(), call.out(1)));
    return new @Nullable Tensor[] {chosen.reshape(call.outShape(1)), null};
  }

  @Override
  default Tensor[] vmap(int size, boolean[] batched, Tensor... in) {
    return along(dim() + 1).applyAll(in);
  }
}
