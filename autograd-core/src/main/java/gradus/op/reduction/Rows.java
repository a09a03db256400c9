package gradus.op.reduction;

import gradus.DTypeException;
import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import gradus.kernel.reduce.Softmax;

/** Tensors as the rows of a matrix, which is how softmax and its kin look at them. */
final class Rows {
  private Rows() {}

  static Shape shape(String operator, Tensor x) {
    if (!x.dtype().isFloating()) {
      throw new DTypeException(
          "%s: needs a floating tensor, got %s; convert with to(FLOAT32)"
              .formatted(operator, x.dtype()));
    }
    if (x.rank() == 0) {
      throw new ShapeException("%s: needs a dimension, got a single number".formatted(operator));
    }
    return x.shape();
  }

  static void run(boolean log, Tensor in, Tensor out) {
    Tensor x = in.contiguous();
    int n = x.size(-1);
    Softmax.run(
        log,
        n == 0 ? 0 : x.numel() / n,
        n,
        x.storage().array(),
        x.offset(),
        n,
        out.storage().array(),
        out.offset(),
        n);
  }

  static void backward(boolean log, Tensor result, Tensor gradient, Tensor out) {
    Tensor y = result.contiguous();
    Tensor g = gradient.contiguous();
    int n = y.size(-1);
    Softmax.backward(
        log,
        n == 0 ? 0 : y.numel() / n,
        n,
        y.storage().array(),
        y.offset(),
        n,
        g.storage().array(),
        g.offset(),
        n,
        out.storage().array(),
        out.offset(),
        n);
  }
}
