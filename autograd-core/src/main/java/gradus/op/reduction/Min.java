package gradus.op.reduction;

import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import gradus.kernel.reduce.Fold;
import gradus.op.Call;
import gradus.op.Reads;

/** The smallest over dimensions; equal ones share the gradient evenly: {@code torch.amin}. */
public record Min(Axes axes) implements Reducing {
  @Override
  public Fold fold() {
    return Fold.MIN;
  }

  @Override
  public Shape shape(Tensor... in) {
    Shape shape = in[0].shape();
    if (axes.count(shape) == 0 && axes.reduced(shape).size() > 0) {
      throw new ShapeException("%s: nothing to choose from in %s".formatted(name(), shape));
    }
    return Reducing.super.shape(in);
  }

  @Override
  public Tensor vjp(int i, Tensor g, Call call) {
    Shape shape = call.shape(0);
    Tensor chosen = call.in(0).eq(axes.restore(call.out(), shape)).to(g.dtype());
    Tensor ties = new Sum(new Axes(axes.mask(), true)).apply(chosen);
    return chosen.mul(axes.restore(g, shape).div(ties));
  }

  @Override
  public Reads reads(int i) {
    return Reads.ALL;
  }
}
