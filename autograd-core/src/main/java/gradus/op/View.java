package gradus.op;

import gradus.Tensor;
import org.jspecify.annotations.Nullable;

/** An operator on one tensor whose result looks at the same elements; nothing is computed. */
public interface View extends Op {
  /** The result, made by {@link Tensor#alias}. */
  Tensor view(Tensor x);

  @Override
  default gradus.Shape shape(Tensor... in) {
    return view(in[0]).shape();
  }

  @Override
  default Tensor evaluate(Tensor... in) {
    return view(in[0]);
  }

  @Override
  default void forward(Tensor[] in, Tensor out) {
    out.copyInPlace(view(in[0]));
  }

  @Override
  default Reads reads(int i) {
    return Reads.NOTHING;
  }

  @Override
  default @Nullable Tensor @Nullable [] jvp(@Nullable Tensor[] tangents, Call call) {
    return Tangents.linear(this, tangents, call);
  }
}
