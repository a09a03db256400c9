package gradus.op.movement;

import gradus.DType;
import gradus.Shape;
import gradus.Tensor;
import gradus.op.Call;
import gradus.op.LeadingBatches;
import gradus.op.LinearMap;
import gradus.op.Op;
import gradus.op.Overwriting;
import gradus.op.Tangents;
import org.jspecify.annotations.Nullable;

/** The same numbers in another type; floats are cut off towards zero for integers: {@code to}. */
public record Cast(DType target) implements Op, LinearMap, Overwriting, LeadingBatches {
  @Override
  public String name() {
    return "to";
  }

  @Override
  public Shape shape(Tensor... in) {
    return in[0].shape();
  }

  @Override
  public DType dtype(Tensor... in) {
    return target;
  }

  @Override
  public void forward(Tensor[] in, Tensor out) {
    boolean truth = target == DType.BOOL && in[0].dtype() != DType.BOOL;
    out.copyInPlace(truth ? in[0].ne(0) : in[0]);
  }

  @Override
  public Tensor vjp(int i, Tensor g, Call call) {
    return g; // the walk converts it back
  }

  @Override
  public @Nullable Tensor[] jvp(@Nullable Tensor[] tangents, Call call) {
    return target.isFloating() ? Tangents.linear(this, tangents, call) : Tangents.of(null);
  }
}
