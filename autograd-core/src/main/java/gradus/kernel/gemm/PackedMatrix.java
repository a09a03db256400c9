package gradus.kernel.gemm;

import org.jspecify.annotations.Nullable;

/**
 * A matrix B[k,n] that many products have on their right: it is packed once for all of them. Any
 * number of threads may multiply at once; all must be done before {@link #release}.
 *
 * <p>The law is that of {@link Gemm}: each element is one chain of fma over k in order.
 */
public final class PackedMatrix {
  private final int k;
  private final int n;
  private final Matrix b;
  private volatile @Nullable Panels panels;

  /** B in an array of float or double, read by strides; it must not change until the release. */
  public PackedMatrix(int k, int n, Object array, int offset, int rowStride, int colStride) {
    this.k = k;
    this.n = n;
    this.b = new Matrix(array, offset, rowStride, colStride);
  }

  /**
   * {@code C[m,n] (+)= A[m,k] @ B}; A and C have unit column stride and lie in arrays like that of
   * B.
   */
  public void multiply(
      int m,
      Object a,
      int aOffset,
      int aRowStride,
      Object c,
      int cOffset,
      int cRowStride,
      boolean accumulate) {
    Matrix left = new Matrix(a, aOffset, aRowStride, 1);
    Matrix out = new Matrix(c, cOffset, cRowStride, 1);
    multiply(Gemm.product(m, n, k, left, b, out, accumulate));
  }

  void multiply(Product product) {
    if (!product.vectorTiles(this)) {
      product.run();
    }
  }

  /** All of B, packed for the first who asks. */
  Panels panels(Product product, MicroKernels kernels) {
    Panels found = panels;
    if (found == null) {
      synchronized (this) {
        found = panels;
        if (found == null) {
          found = Panels.pack(product, kernels, 0, n, 0, k);
          panels = found;
        }
      }
    }
    return found;
  }

  /** Gives the memory of the panels back. */
  public void release() {
    Panels found = panels;
    panels = null;
    if (found != null) {
      (b.array() instanceof float[] ? Gemm.FLOAT : Gemm.DOUBLE).release(found.array());
    }
  }
}
