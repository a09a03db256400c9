package gradus;

import gradus.op.linalg.Inverse;
import gradus.op.linalg.MatMul;
import gradus.op.linalg.Qr;
import gradus.op.linalg.Slogdet;
import gradus.op.linalg.Solve;
import gradus.op.linalg.Triangle;

/**
 * Products and factorisations of matrices. Part of {@link Tensor}. Shapes that do not fit are
 * refused with a {@link ShapeException}, types with a {@link DTypeException}: one type for all, of
 * products any but bool, where integers wrap around, else a floating one.
 */
sealed interface LinearAlgebra permits Tensor {

  /**
   * Matrix product of any rank, as {@code torch.matmul}: vectors are rows on the left and columns
   * on the right and lose that dimension again; leading dimensions are batches and broadcast.
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
    y = other.rank() == 1 ? y.reshape(y.shape().remove(-1)) : y;
    return a.rank() == 1 ? y.reshape(y.shape().remove(other.rank() == 1 ? -1 : -2)) : y;
  }

  /** The product of two matrices [m,k] and [k,n]: {@code torch.mm}. */
  default Tensor mm(Tensor other) {
    return ranked("mm", 2, 2, other);
  }

  /** The products of two batches of matrices [b,m,k] and [b,k,n]: {@code torch.bmm}. */
  default Tensor bmm(Tensor other) {
    Tensor a = (Tensor) this;
    if (a.rank() == 3 && other.rank() == 3 && a.size(0) != other.size(0)) {
      throw new ShapeException(
          "bmm: the batches must have one size, got %s and %s; matmul broadcasts"
              .formatted(a.shape(), other.shape()));
    }
    return ranked("bmm", 3, 3, other);
  }

  /** The product of a matrix [m,k] and a vector [k]: {@code torch.mv}. */
  default Tensor mv(Tensor vector) {
    return ranked("mv", 2, 1, vector);
  }

  private Tensor ranked(String operator, int left, int right, Tensor other) {
    Tensor a = (Tensor) this;
    if (a.rank() != left || other.rank() != right) {
      throw new ShapeException(
          "%s: needs tensors of %d and %d dimensions, got %s and %s; matmul takes any"
              .formatted(operator, left, right, a.shape(), other.shape()));
    }
    return a.matmul(other);
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

  // --- factorisations; leading dimensions are batches ---

  /**
   * This matrix [..., m,n] as Q R, k the lesser of m and n: {@code torch.linalg.qr}, reduced. It
   * has a derivative where the first k columns are independent; elsewhere backward throws an {@link
   * ArithmeticException}.
   */
  default Linalg.QR qr() {
    Tensor[] results = new Qr().applyAll((Tensor) this);
    return new Linalg.QR(results[0], results[1]);
  }

  /**
   * The sign of the determinant and the logarithm of its absolute value: [..., n,n] -> [...] twice,
   * {@code torch.linalg.slogdet}. Where the matrix is singular, backward throws an {@link
   * ArithmeticException}.
   */
  default Linalg.SignLogDet slogdet() {
    Tensor[] results = new Slogdet().applyAll((Tensor) this);
    return new Linalg.SignLogDet(results[0], results[1]);
  }

  /**
   * The inverse: {@code torch.linalg.inv}. To multiply by it, {@link #solve} is faster and more
   * accurate.
   *
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
