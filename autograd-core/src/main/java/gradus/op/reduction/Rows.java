package gradus.op.reduction;

import gradus.DType;
import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import gradus.kernel.array.Strided;
import gradus.kernel.reduce.CrossEntropy.Scores;
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
