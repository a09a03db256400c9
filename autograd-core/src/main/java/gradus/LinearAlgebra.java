package gradus;

import gradus.op.linalg.Linear;
import gradus.op.linalg.MatMul;
import org.jspecify.annotations.Nullable;

/** Products of vectors and matrices. Part of {@link Tensor}. */
public sealed interface LinearAlgebra permits Tensor {

  /**
   * Matrix product of any rank, as {@code torch.matmul}: vectors are rows on the left and columns
   * on the right and lose that dimension again; leading dimensions are batches and broadcast.
   *
   * @throws ShapeException if the inner dimensions differ
   * @throws DTypeException unless both are float32 or both float64
   */
  default Tensor matmul(Tensor other) {
    Tensor a = (Tensor) this;
    if (a.rank() == 0 || other.rank() == 0) {
      throw new ShapeException(
          "matmul: both sides need a dimension, got %s and %s; use mul for numbers"
              .formatted(a.shape(), other.shape()));
    }
    Tensor left = a.rank() == 1 ? a.unsqueeze(0) : a;
    Tensor right = other.rank() == 1 ? other.unsqueeze(1) : other;
    Tensor y = new MatMul().apply(left, right);
    y = other.rank() == 1 ? y.reshape(y.shape().remove(-1).dims()) : y;
    return a.rank() == 1 ? y.reshape(y.shape().remove(other.rank() == 1 ? -1 : -2).dims()) : y;
  }

  /** The sum of the products of two vectors: [n] . [n] -> a single number. */
  default Tensor dot(Tensor other) {
    Tensor a = (Tensor) this;
    if (a.rank() != 1 || !a.shape().equals(other.shape())) {
      throw new ShapeException(
          "dot: needs two vectors of the same length, got %s and %s"
              .formatted(a.shape(), other.shape()));
    }
    return matmul(other);
  }

  /**
   * {@code x W' + b}: [..., in] -> [..., out], as {@code torch.nn.functional.linear}.
   *
   * @param weight [out, in]
   * @param bias [out], or null for none
   * @throws ShapeException if they do not fit
   * @throws DTypeException unless all are float32 or all float64
   */
  default Tensor linear(Tensor weight, @Nullable Tensor bias) {
    Tensor x = (Tensor) this;
    return bias == null ? new Linear().apply(x, weight) : new Linear().apply(x, weight, bias);
  }
}
