package gradus.op.linalg;

import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import java.util.Arrays;

/** Tensors as batches of matrices: what their factorisations refuse, and how they count. */
final class Matrices {
  private Matrices() {}

  /** Refuses what has no last two dimensions. */
  static void check(String operator, Tensor a) {
    if (a.rank() < 2) {
      throw new ShapeException(
          "%s: needs a matrix or a batch of matrices, got %s".formatted(operator, a.shape()));
    }
  }

  /** Refuses what is not square. */
  static void square(String operator, Tensor a) {
    check(operator, a);
    if (a.size(-2) != a.size(-1)) {
      throw new ShapeException(
          "%s: needs square matrices, got %s, of %d rows and %d columns"
              .formatted(operator, a.shape(), a.size(-2), a.size(-1)));
    }
  }

  /** The leading dimensions. */
  static Shape batch(Tensor a) {
    return Shape.of(Arrays.copyOf(a.shape().dims(), a.rank() - 2));
  }

  /** Leading dimensions and two more. */
  static Shape shape(Shape batch, int rows, int columns) {
    return batch.insert(batch.rank(), rows).insert(batch.rank() + 1, columns);
  }

  /** Says that an operator has no derivative because a matrix in it is singular. */
  static ArithmeticException noDerivative(String operator, ArithmeticException singular) {
    var refused = new ArithmeticException(operator + ": no derivative: " + singular.getMessage());
    refused.initCause(singular);
    return refused;
  }

  /**
   * Refuses singular matrices.
   *
   * @param pivots as {@link gradus.kernel.linalg.Lu#solve} gives them
   */
  static void regular(String operator, Tensor a, int... pivots) {
    for (int i = 0; i < pivots.length; i++) {
      if (pivots[i] >= 0) {
        throw new ArithmeticException(
            "%s: matrix %d of %s is singular: column %d depends on those before it"
                .formatted(operator, i, a.shape(), pivots[i]));
      }
    }
  }
}
