package gradus.kernel.gemm;

import gradus.kernel.array.Strided;
import gradus.kernel.threads.Scratch;

/**
 * Products by the calling thread alone whose right side need not be a matrix: {@code C[m,n] (+)=
 * A[m,k] @ B[k,n]}, where row p of B is the run of n elements from {@code at[p]} on. Arrays passed
 * as {@code Object} are all {@code float[]} or all {@code double[]}.
 */
public final class RowProduct {
  /** Panels packed at a time, as in {@link Tile}. */
  private static final int PANELS = 4;

  private RowProduct() {}

  /** A has unit column stride, and so has C. */
  public static void run(Strided a, Object b, int[] at, Strided c, boolean accumulate) {
    run(Gemm.product(a, array(b), c, accumulate), at);
  }

  /** B as a matrix of which nothing but the array counts. */
  static Strided array(Object b) {
    return Strided.matrix(b, 0, 0, 0, 0, 0);
  }

  static void run(Product product, int[] at) {
    if (product.m() == 0 || product.n() == 0) {
      return;
    }
    MicroKernels kernels = product.kernels();
    if (product.k() > 0
        && kernels != null
        && product.kernelsReady(kernels, true, kernels.form(true))) {
      panels(product, kernels, at);
    } else {
      plain(product, at);
    }
  }

  private static void panels(Product product, MicroKernels kernels, int[] at) {
    int width = MicroKernels.VECTORS * kernels.lanes();
    int n = product.n();
    int k = product.k();
    int m = product.m();
    Object like = product.c().array();
    Object array = Scratch.like(like, PANELS * width * Math.min(k, Tile.BLOCK));
    for (int p = 0; p < k; p += Tile.BLOCK) {
      int depth = Math.min(Tile.BLOCK, k - p);
      PackedA rows = PackedA.pack(product, 0, m, p, p + depth, kernels.form(true));
      for (int j = 0; j < n; j += PANELS * width) {
        int end = Math.min(n, j + PANELS * width);
        PackedB panels = new PackedB(array, width, j, p, depth);
        panels.fillRows(product, kernels, at, end);
        new Tile(product, kernels, rows, panels, j, end).run(p, p + depth);
      }
      Scratch.release(rows.array());
    }
    Scratch.release(array);
  }

  private static void plain(Product product, int[] at) {
    int n = product.n();
    int k = product.k();
    Strided rows = Strided.scratch(product.c().array(), k, n);
    for (int p = 0; p < k; p++) {
      System.arraycopy(product.b().array(), at[p], rows.array(), p * n, n);
    }
    new Product(product.element(), null, product.a(), rows, product.c(), product.accumulate())
        .run();
    rows.release();
  }
}
