package gradus.op.reduction;

import gradus.DType;
import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import gradus.kernel.reduce.CrossEntropy.Scores;
import gradus.kernel.reduce.Softmax;
import gradus.op.Chain;
import gradus.op.Fusion;
import gradus.op.Op;

/** Tensors as the rows of a matrix, which is how softmax and its kin look at them. */
final class Rows {
  private Rows() {}

  static Shape shape(String operator, Tensor x) {
    DType.floating(operator, x);
    if (x.rank() == 0) {
      throw new ShapeException("%s: needs a dimension, got a single number".formatted(operator));
    }
    return x.shape();
  }

  /** What is deferred is computed into the result, which then is its own operand. */
  static void run(boolean log, Tensor in, Tensor out) {
    Chain chain = Fusion.onTheWay(in);
    if (chain != null) {
      chain.compute(out);
    }
    Tensor x = chain != null ? out : in.contiguous();
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

  /** The result of an operator with a number for each row, behind which two more find room. */
  static Tensor withKept(Op op, Tensor... in) {
    Shape shape = op.shape(in);
    Tensor out = Tensor.empty(shape, op.dtype(in), Math.multiplyExact(2, shape.size()));
    op.forward(in, out);
    return out;
  }

  /** The rows of x, and what a result made by {@link #withKept} keeps of them. */
  static Scores scores(Tensor in, Tensor result) {
    Tensor x = in.contiguous();
    int rows = result.numel();
    return new Scores(
        rows,
        x.size(-1),
        x.storage().array(),
        x.offset(),
        result.storage().array(),
        result.offset() + rows);
  }
}
