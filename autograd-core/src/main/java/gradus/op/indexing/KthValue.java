package gradus.op.indexing;

import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import gradus.kernel.index.Order;

/** The {@code k}-th smallest element along one dimension, k from 1: {@code torch.kthvalue}. */
public record KthValue(int k, int dim, boolean keep) implements Choosing {
  @Override
  public String name() {
    return "kthvalue";
  }

  @Override
  public KthValue along(int dim) {
    return new KthValue(k, dim, keep);
  }

  @Override
  public Shape shape(Shape x) {
    if (k < 1 || k > x.dim(dim)) {
      throw new ShapeException(
          "kthvalue: k must be 1 to %d, the size of dimension %d of %s, got %d"
              .formatted(x.dim(dim), dim, x, k));
    }
    return keep ? x.with(dim, 1) : x.remove(dim);
  }

  @Override
  public void forward(Tensor[] in, Tensor[] out) {
    Tensor x = in[0];
    int[] dense = out[1].strides();
    Order.at(
        k - 1,
        rows(x.shape().dims()),
        x.size(dim),
        x.storage().array(),
        x.offset(),
        rows(x.strides()),
        x.stride(dim),
        out[0].storage().array(),
        (long[]) out[1].storage().array(),
        keep ? rows(dense) : dense);
  }
}
