package gradus;

import gradus.op.linalg.Inverse;
import gradus.op.linalg.Linear;
import gradus.op.linalg.MatMul;
import gradus.op.linalg.Qr;
import gradus.op.linalg.Slogdet;
import gradus.op.linalg.Solve;
import gradus.op.linalg.Triangle;
import org.jspecify.annotations.Nullable;

/** Products and factorisations of matrices. Part of {@link Tensor}. */
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

  // --- factorisations; leading dimensions are batches ---

  /**
   * A matrix as a product.
   *
   * @param q [..., m,k], its columns orthonormal
   * @param r [..., k,n], upper triangular
   */
  record QR(Tensor q, Tensor r) {}

  /**
   * This matrix [..., m,n] as Q R, k the lesser of m and n: {@code torch.linalg.qr}, reduced. It
   * has a derivative where the first k columns are independent; elsewhere backward throws an {@link
   * ArithmeticException}.
   *
   * @throws ShapeException if it has no two dimensions
   * @throws DTypeException unless it is floating
   */
  default QR qr() {
    Tensor[] results = new Qr().applyAll((Tensor) this);
    return new QR(results[0], results[1]);
  }

  /**
   * A determinant: its sign, 1, -1 or 0, and the logarithm of its absolute value, negative infinity
   * for 0.
   */
  record SignLogDet(Tensor sign, Tensor logabsdet) {}

  /**
   * The sign of the determinant and the logarithm of its absolute value: [..., n,n] -> [...] twice,
   * {@code torch.linalg.slogdet}. Where the matrix is singular, backward throws an {@link
   * ArithmeticException}.
   *
   * @throws ShapeException unless the matrix is square
   * @throws DTypeException unless it is floating
   */
  default SignLogDet slogdet() {
    Tensor[] results = new Slogdet().applyAll((Tensor) this);
    return new SignLogDet(results[0], results[1]);
  }

  /**
   * The inverse: {@code torch.linalg.inv}. To multiply by it, {@link #solve} is faster and more
   * accurate.
   *
   * @throws ShapeException unless the matrix is square
   * @throws DTypeException unless it is floating
   * @throws ArithmeticException if it is singular
   */
  default Tensor inverse() {
    return new Inverse().apply((Tensor) this);
  }

  /**
   * X of A X = B for this matrix A [..., n,n]: {@code torch.linalg.solve}.
   *
   * @param b [n] or [..., n] with this tensor's leading dimensions, a vector; else [..., n,k],
   *     whose leading dimensions broadcast
   * @throws ShapeException if the sizes do not fit
   * @throws DTypeException unless both are float32 or both float64
   * @throws ArithmeticException if A is singular
   */
  default Tensor solve(Tensor b) {
    Tensor a = (Tensor) this;
    boolean vector = b.rank() == 1 || a.rank() > 1 && b.shape().equals(a.shape().remove(-1));
    Tensor right = vector ? b.unsqueeze(-1) : b;
    Tensor x = Solve.broadcast(a, right);
    return vector ? x.squeeze(-1) : x;
  }

  /** What lies on the diagonal and below it, zero elsewhere. */
  default Tensor tril() {
    return tril(0);
  }

  /** What lies on a diagonal, 1 the one above the main one, and below it: {@code torch.tril}. */
  default Tensor tril(int diagonal) {
    return new Triangle(false, diagonal).apply((Tensor) this);
  }

  /** What lies on the diagonal and above it, zero elsewhere. */
  default Tensor triu() {
    return triu(0);
  }

  /** What lies on a diagonal, 1 the one above the main one, and above it: {@code torch.triu}. */
  default Tensor triu(int diagonal) {
    return new Triangle(true, diagonal).apply((Tensor) this);
  }
}
