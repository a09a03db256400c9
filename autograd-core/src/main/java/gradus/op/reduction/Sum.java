package gradus.op.reduction;

import gradus.DType;
import gradus.Tensor;
import gradus.kernel.reduce.Reducer;
import gradus.op.Call;
import gradus.op.Reads;
import gradus.op.Tangents;
import org.jspecify.annotations.Nullable;

/** Sum over dimensions; of integers and truth values in int64: {@code torch.sum}. */
public record Sum(Axes axes) implements Reducing {
  @Override
  public Reducer fold() {
    return Reducer.SUM;
  }

  @Override
  public DType dtype(Tensor... in) {
    return in[0].dtype().isFloating() ? in[0].dtype() : DType.INT64;
  }

  @Override
  public Tensor vjp(int i, Tensor g, Call call) {
    return axes.restore(g, call.shape(0)).expand(call.shape(0));
  }

  @Override
  public Reads reads(int i) {
    return Reads.NOTHING;
  }

  @Override
  public @Nullable Tensor[] jvp(@Nullable Tensor[] tangents, Call call) {
    return Tangents.linear(this, tangents, call);
  }

  @Override
  public Sum ofExamples() {
    return new Sum(axes.ofExamples());
  }
}
