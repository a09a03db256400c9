package gradus.op.reduction;

import gradus.DType;
import gradus.Shape;
import gradus.Tensor;
import gradus.kernel.reduce.Reducer;
import gradus.op.Call;
import gradus.op.LinearMap;
import gradus.op.Op;
import gradus.op.Overwriting;

/** Sum over dimensions; of integers and truth values in int64: {@code torch.sum}. */
public record Sum(Axes axes) implements Op, LinearMap, Overwriting {
  @Override
  public Shape shape(Tensor... in) {
    return axes.reduced(in[0].shape());
  }

  @Override
  public DType dtype(Tensor... in) {
    return in[0].dtype().isFloating() ? in[0].dtype() : DType.INT64;
  }

  @Override
  public void forward(Tensor[] in, Tensor out) {
    Reducing.run(Reducer.SUM, axes, in[0], out);
  }

  @Override
  public Tensor vjp(int i, Tensor g, Call call) {
    return axes.restore(g, call.shape(0)).expand(call.shape(0));
  }

  @Override
  public Tensor[] vmap(int size, boolean[] batched, Tensor... in) {
    return new Sum(axes.ofExamples()).applyAll(in);
  }
}
