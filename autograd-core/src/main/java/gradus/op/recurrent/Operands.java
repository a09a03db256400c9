package gradus.op.recurrent;

import gradus.DType;
import gradus.Shape;
import gradus.Tensor;
import gradus.kernel.recurrent.Block;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Tensors as the kernels take them. */
final class Operands {
  private Operands() {}

  /** A vector as one row, a matrix, or a sequence [t, n, c] as a matrix [t n, c]. */
  static Block block(Tensor x) {
    Tensor y = x.rank() == 2 ? rows(x) : x.contiguous();
    int last = x.rank() - 1;
    int rows = 1;
    for (int d = 0; d < last; d++) {
      rows *= x.size(d);
    }
    int c = x.size(last);
    return new Block(y.storage().array(), y.offset(), rows, c, last == 1 ? y.stride(0) : c);
  }

  /** Each step of a sequence [t, n, c]. */
  static Block[] steps(Tensor x) {
    Tensor y = rows(x);
    Object array = y.storage().array();
    Block[] steps = new Block[y.size(0)];
    for (int s = 0; s < steps.length; s++) {
      int offset = y.offset() + s * y.stride(0);
      steps[s] = new Block(array, offset, y.size(1), y.size(2), y.stride(1));
    }
    return steps;
  }

  /** This tensor; a copy if the elements of a row do not lie side by side. */
  private static Tensor rows(Tensor x) {
    return x.stride(-1) == 1 || x.size(-1) == 1 ? x : x.contiguous();
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
