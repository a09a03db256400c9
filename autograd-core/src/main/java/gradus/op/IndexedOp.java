package gradus.op;

import gradus.DType;
import gradus.Shape;
import gradus.Tensor;
import org.jspecify.annotations.Nullable;

/** An operator that is linear in its first input; the second says where: indices, or a mask. */
public interface IndexedOp extends Op {
  /** The gradient of a first input of this shape, given that of the result. */
  Tensor adjoint(Tensor g, Tensor index, Shape input);

  @Override
  default DType dtype(Tensor... in) {
    return in[0].dtype();
  }

  @Override
  default @Nullable Tensor vjp(int i, Tensor g, Call call) {
    return i == 0 ? adjoint(g, call.in(1), call.shape(0)) : null;
  }

  @Override
  default Reads reads(int i) {
    return Reads.of(1);
  }

  @Override
  default @Nullable Tensor @Nullable [] jvp(@Nullable Tensor[] tangents, Call call) {
    return Tangents.linear(this, tangents, call);
  }
}
