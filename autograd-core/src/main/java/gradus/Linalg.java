package gradus;

/**
 * Linear algebra under the names of {@code torch.linalg}; leading dimensions are batches. The
 * functions are the methods of {@link Tensor} that they name.
 */
public final class Linalg {
  private Linalg() {}

  /**
   * A matrix as a product.
   *
   * @param q [..., m,k], its columns orthonormal
   * @param r [..., k,n], upper triangular
   */
  public record QR(Tensor q, Tensor r) {}

  /** A determinant's sign, 1, -1 or 0, and the logarithm of its size, negative infinity for 0. */
  public record SignLogDet(Tensor sign, Tensor logabsdet) {}

  /** {@link Tensor#qr}. */
  public static QR qr(Tensor a) {
    return a.qr();
  }

  /** {@link Tensor#slogdet}. */
  public static SignLogDet slogdet(Tensor a) {
    return a.slogdet();
  }

  /** {@link Tensor#inverse}. */
  public static Tensor inv(Tensor a) {
    return a.inverse();
  }

  /** X of A X = B: {@link Tensor#solve}. */
  public static Tensor solve(Tensor a, Tensor b) {
    return a.solve(b);
  }

  /** {@link Tensor#matmul}. */
  public static Tensor matmul(Tensor a, Tensor b) {
    return a.matmul(b);
  }
}
