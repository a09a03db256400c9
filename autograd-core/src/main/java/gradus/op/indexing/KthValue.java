package gradus.op.indexing;

import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import gradus.kernel.array.Strided;
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

  /** A result whose last dimension is the one that it has, or lacks. */
  private Strided column(Tensor t) {
    return keep ? t.strided().last(dim) : t.strided().inner(1, 0);
  }

  @Override
  public void forward(Tensor[] in, Tensor[] out) {
    Order.at(k - 1, in[0].strided().last(dim), column(out[0]), column(out[1]));
  }
}
