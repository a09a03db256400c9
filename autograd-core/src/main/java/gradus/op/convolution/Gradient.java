package gradus.op.convolution;

import gradus.DType;
import gradus.Tensor;
import gradus.op.Call;
import gradus.op.Op;
import gradus.op.Overwriting;
import gradus.op.Reads;
import gradus.op.Tangents;
import org.jspecify.annotations.Nullable;

/** A gradient of a convolution: as that, it is linear in each of its two operands. */
interface Gradient extends Op, Overwriting {
  Conv conv();

  @Override
  default DType dtype(Tensor... in) {
    return conv().dtype(in);
  }

  @Override
  default Reads reads(int i) {
    return Reads.of(1 - i);
  }

  @Override
  default @Nullable Tensor @Nullable [] jvp(@Nullable Tensor[] tangents, Call call) {
    return Tangents.multilinear(this, tangents, call);
  }
}
