package gradus.op.indexing;

import gradus.Shape;
import gradus.Tensor;

/** The elements along one dimension in order, equal ones as they stood: {@code torch.sort}. */
public record Sort(int dim, boolean descending) implements Choosing {
  @Override
  public Sort along(int dim) {
    return new Sort(dim, descending);
  }

  @Override
  public Shape shape(Shape x) {
    return x;
  }

  @Override
  public void forward(Tensor[] in, Tensor[] out) {
    new TopK(in[0].size(dim), dim, descending, true).forward(in, out);
  }
}
