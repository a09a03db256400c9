package gradus.op.indexing;

import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import gradus.kernel.index.Order;

/**
 * The {@code k} largest or smallest elements along one dimension: {@code torch.topk}.
 *
 * @param sorted whether they stand in order; if not, they stand as in the operand
 */
public record TopK(int k, int dim, boolean largest, boolean sorted) implements Choosing {
  @Override
  public String name() {
    return "topk";
  }

  @Override
  public TopK along(int dim) {
    return new TopK(k, dim, largest, sorted);
  }

  @Override
  public Shape shape(Shape x) {
    if (k < 0 || k > x.dim(dim)) {
      throw new ShapeException(
          "topk: k must be 0 to %d, the size of dimension %d of %s, got %d"
              .formatted(x.dim(dim), dim, x, k));
    }
    return x.with(dim, k);
  }

  @Override
  public void forward(Tensor[] in, Tensor[] out) {
    Order.first(
        largest,
        sorted,
        in[0].strided().last(dim),
        out[0].strided().last(dim),
        out[1].strided().last(dim));
  }
}
