package gradus.op.reduction;

import gradus.DType;
import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import gradus.kernel.array.Strided;
import gradus.kernel.reduce.CrossEntropy.Scores;
import gradus.kernel.reduce.Softmax;
import gradus.op.Spec;
import gradus.op.fusion.FusedExpression;
import gradus.op.fusion.Fusion;
import org.jspecify.annotations.Nullable;

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
    FusedExpression chain = Fusion.expressionOf(in);
    if (chain != null) {
      chain.compute(out);
    }
    Softmax.run(log, matrix(chain != null ? out : in), matrix(out));
  }

  static void backward(boolean log, Tensor result, Tensor gradient, Tensor out) {
    Softmax.backward(log, matrix(result), matrix(gradient), matrix(out));
  }

  /** The lines along the last dimension; of a copy if they are not dense. */
  static Strided matrix(Tensor x) {
    if (x.rank() == 2 && x.isContiguous()) {
      return x.strided();
    }
    Strided dense = x.contiguous().strided();
    int n = dense.size(-1);
    return Strided.dense(dense.array(), dense.offset(), n == 0 ? 0 : dense.count() / n, n);
  }

  /** All elements in row-major order; of a copy if they are not dense. */
  static Strided vector(Tensor x) {
    if (x.rank() == 1 && x.isContiguous()) {
      return x.strided();
    }
    Strided dense = x.contiguous().strided();
    return Strided.vector(dense.array(), dense.offset(), dense.count(), 1);
  }

  /** Two numbers for each row: the residual of cross-entropies. */
  static Spec residual(Shape rows, DType dtype) {
    return Spec.of(rows.insert(0, 2), dtype);
  }

  /** The residuals of examples, [size, 2, ...], as one: [2, size, ...]. */
  static Tensor residualOfExamples(Tensor kept) {
    return kept.transpose(0, 1);
  }

  /**
   * The rows of x, and room for the residual that is kept of them: that of a tensor, or if there is
   * none a work array, to be released.
   */
  static Scores scores(Tensor in, @Nullable Tensor residual) {
    Strided x = matrix(in);
    if (residual == null) {
      return new Scores(x, Strided.scratch(x.array(), 2, x.size(0)));
    }
    Strided kept = vector(residual);
    return new Scores(x, Strided.dense(kept.array(), kept.offset(), 2, kept.count() / 2));
  }
}
