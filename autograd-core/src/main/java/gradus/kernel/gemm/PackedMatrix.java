package gradus.kernel.gemm;

import gradus.kernel.array.Strided;
import gradus.kernel.threads.Scratch;
import org.jspecify.annotations.Nullable;

/**
 * A matrix B[k,n] that many products have on their right: it is packed once for all of them. Any
 * number of threads may multiply at once; all must be done before {@link #release}.
 */
public final class PackedMatrix {
  private final Strided b;
  private volatile @Nullable PackedB panels;

  /** B in float or double; it must not change until the release. */
  public PackedMatrix(Strided b) {
    this.b = b;
  }

  /** {@code C[m,n] (+)= A[m,k] @ B}; A and C have unit column stride and the type of B. */
  public void multiply(Strided a, Strided c, boolean accumulate) {
    multiply(Gemm.product(a, b, c, accumulate));
  }

  void multiply(Product product) {
    if (!product.vectorTiles(this)) {
      product.run();
    }
  }

  /** All of B, packed for the first who asks. */
  PackedB panels(Product product, MicroKernels kernels) {
    PackedB found = panels;
    if (found == null) {
      synchronized (this) {
        found = panels;
        if (found == null) {
          found = PackedB.pack(product, kernels, 0, b.size(1), 0, b.size(0));
          panels = found;
        }
      }
    }
    return found;
  }

  /** Gives the memory of the panels back. */
  public void release() {
    PackedB found = panels;
    panels = null;
    if (found != null) {
      Scratch.release(found.array());
    }
  }
}
