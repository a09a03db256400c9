package gradus.op.recurrent;

import gradus.Tensor;
import gradus.kernel.array.Strided;
import java.util.Arrays;

/** Tensors as the kernels take them. */
final class Operands {
  private Operands() {}

  /** A view whose last dimension is contiguous; of a copy if need be. */
  static Strided view(Tensor x) {
    return (x.stride(-1) == 1 || x.size(-1) == 1 ? x : x.contiguous()).strided();
  }

  /** A sequence, or a bias, whose lines also follow each other. */
  static Strided dense(Tensor x) {
    return x.contiguous().strided();
  }

  /** These tensors, then others. */
  static Tensor[] concat(Tensor[] first, Tensor... then) {
    Tensor[] all = Arrays.copyOf(first, first.length + then.length);
    System.arraycopy(then, 0, all, first.length, then.length);
    return all;
  }
}
