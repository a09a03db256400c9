package gradus.op.indexing;

import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import gradus.op.reduction.ArgExtremum;

/**
 * The largest or smallest element along one dimension, the first of equal ones, the first NaN if
 * there is one: {@code torch.max}, {@code torch.min}.
 */
public record Extreme(boolean largest, int dim, boolean keep) implements Choosing {
  @Override
  public String name() {
    return largest ? "max" : "min";
  }

  @Override
  public Extreme along(int dim) {
    return new Extreme(largest, dim, keep);
  }

  @Override
  public Shape shape(Shape x) {
    if (x.dim(dim) == 0) {
      throw new ShapeException(
          "%s: nothing to choose from in dimension %d of %s".formatted(name(), dim, x));
    }
    return keep ? x.with(dim, 1) : x.remove(dim);
  }

  @Override
  public void forward(Tensor[] in, Tensor[] out) {
    Tensor values = keep ? out[0] : out[0].unsqueeze(dim);
    Tensor places = keep ? out[1] : out[1].unsqueeze(dim);
    new ArgExtremum(largest, dim, true).forward(in, places);
    new Gather(dim).forward(new Tensor[] {in[0], places}, values);
  }
}
