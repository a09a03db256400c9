package gradus.op.reduction;

import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import gradus.op.Call;
import gradus.op.Reads;
import gradus.op.Tangents;
import org.jspecify.annotations.Nullable;

/** The largest or smallest over dimensions; equal ones share the gradient evenly. */
interface Extremum extends Reducing {
  @Override
  default Shape shape(Tensor... in) {
    Shape shape = in[0].shape();
    if (axes().count(shape) == 0 && axes().reduced(shape).size() > 0) {
      throw new ShapeException("%s: nothing to choose from in %s".formatted(name(), shape));
    }
    return Reducing.super.shape(in);
  }

  @Override
  default Tensor vjp(int i, Tensor g, Call call) {
    Shape shape = call.shape(0);
    Tensor chosen = chosen(call);
    Tensor ties = new Sum(new Axes(axes().mask(), true)).apply(chosen);
    return chosen.mul(axes().restore(g, shape).div(ties));
  }

  @Override
  default Reads reads(int i) {
    return Reads.INPUTS.andOutput();
  }

  @Override
  default @Nullable Tensor @Nullable [] jvp(@Nullable Tensor[] tangents, Call call) {
    Tensor t = tangents[0];
    if (t == null) {
      return Tangents.of(null);
    }
    Tensor chosen = chosen(call);
    var sum = new Sum(axes());
    return Tangents.of(sum.apply(chosen.mul(t)).div(sum.apply(chosen)));
  }

  /** 1 for each element that is the largest or smallest, else 0. */
  private Tensor chosen(Call call) {
    Tensor y = axes().restore(call.out(), call.shape(0));
    return call.in(0).eq(y).to(y.dtype());
  }
}
