package gradus.op.reduction;

import gradus.DType;
import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import gradus.kernel.reduce.CrossEntropy.Scores;
import gradus.kernel.reduce.Softmax;
import gradus.op.Chain;
import gradus.op.Fusion;
import gradus.op.Spec;

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

  /** Two numbers for each row: the residual of cross-entropies. */
  static Spec kept(Shape rows, DType dtype) {
    return Spec.of(rows.insert(0, 2), dtype);
  }

  /** The residual behind the losses, or room for it where nothing is recorded. */
  static Tensor keptOf(Tensor... out) {
    return out.length > 1 ? out[1] : Tensor.empty(out[0].shape().insert(0, 2), out[0].dtype());
  }

  /** The residuals of examples, [size, 2, ...], as one: [2, size, ...]. */
  static Tensor keptOfExamples(Tensor kept) {
    return kept.transpose(0, 1);
  }

  /** The rows of x, and the residual that is kept of them. */
  static Scores scores(Tensor in, Tensor residual) {
    Tensor x = in.contiguous();
    Tensor kept = residual.contiguous();
    return new Scores(
        kept.numel() / 2,
        x.size(-1),
        x.storage().array(),
        x.offset(),
        kept.storage().array(),
        kept.offset());
  }
}
