package gradus.op.reduction;

import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import gradus.kernel.reduce.Reducer;
import gradus.op.Call;
import gradus.op.Op;
import gradus.op.Overwriting;
import gradus.op.Reads;
import gradus.op.Tangents;
import org.jspecify.annotations.Nullable;

/**
 * The largest or smallest over dimensions; equal ones share the gradient evenly: {@code
 * torch.amax}, {@code torch.amin}.
 */
public record Extremum(boolean largest, Axes axes) implements Op, Overwriting {
  @Override
  public String name() {
    return largest ? "max" : "min";
  }

  @Override
  public Shape shape(Tensor... in) {
    Shape shape = in[0].shape();
    Shape reduced = axes.reduced(shape);
    if (axes.count(shape) == 0 && reduced.size() > 0) {
      throw new ShapeException("%s: nothing to choose from in %s".formatted(name(), shape));
    }
    return reduced;
  }

  @Override
  public void forward(Tensor[] in, Tensor out) {
    Reducing.run(largest ? Reducer.MAX : Reducer.MIN, axes, in[0], out);
  }

  @Override
  public Tensor vjp(int i, Tensor g, Call call) {
    Shape shape = call.shape(0);
    Tensor chosen = chosen(call);
    Tensor ties = new Sum(new Axes(axes.mask(), true)).apply(chosen);
    return chosen.mul(axes.restore(g, shape).div(ties));
  }

  @Override
  public Reads reads(int i) {
    return Reads.INPUTS.andOutput();
  }

  @Override
  public @Nullable Tensor[] jvp(@Nullable Tensor[] tangents, Call call) {
    Tensor t = tangents[0];
    if (t == null) {
      return Tangents.of(null);
    }
    Tensor chosen = chosen(call);
    var sum = new Sum(axes);
    return Tangents.of(sum.apply(chosen.mul(t)).div(sum.apply(chosen)));
  }

  /** 1 for each element that is the largest or smallest, else 0. */
  private Tensor chosen(Call call) {
    Tensor y = axes.restore(call.out(), call.shape(0));
    return call.in(0).eq(y).to(y.dtype());
  }

  @Override
  public Tensor[] vmap(int size, boolean[] batched, Tensor... in) {
    return new Extremum(largest, axes.ofExamples()).applyAll(in);
  }
}
