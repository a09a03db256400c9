package gradus.op;

import gradus.Tensor;
import org.jspecify.annotations.Nullable;

/** An operator whose result does not move with its inputs: indices, or numbers without any. */
public interface NoDerivative extends Op {
  @Override
  default @Nullable Tensor vjp(int i, Tensor g, Call call) {
    return null;
  }

  @Override
  default Reads reads(int i) {
    return Reads.NOTHING;
  }

  @Override
  default @Nullable Tensor @Nullable [] jvp(@Nullable Tensor[] tangents, Call call) {
    return Tangents.of(null);
  }
}
