package gradus.op.recurrent;

import gradus.DType;
import gradus.Shape;
import gradus.Tensor;
import gradus.kernel.array.Strided;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

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

  /** A gradient, or zeros that take no memory but a row. */
  static Tensor orZeros(@Nullable Tensor g, Shape shape, DType dtype) {
    return g != null ? g : Tensor.zeros(Shape.of(shape.dim(-1)), dtype).expand(shape.dims());
  }

  /** These tensors, then others. */
  static Tensor[] concat(Tensor[] first, Tensor... then) {
    Tensor[] all = Arrays.copyOf(first, first.length + then.length);
    System.arraycopy(then, 0, all, first.length, then.length);
    return all;
  }
}
