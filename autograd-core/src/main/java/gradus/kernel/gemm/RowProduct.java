package gradus.kernel.gemm;

/**
 * Products by the calling thread alone whose right side need not be a matrix: {@code C[m,n] (+)=
 * A[m,k] @ B[k,n]}, where row p of B is the run of n elements from {@code at[p]} on. Arrays passed
 * as {@code Object} are all {@code float[]} or all {@code double[]}.
 *
 * <p>The law is that of {@link Gemm}: each element is one chain of fma over p in order.
 */
public final class RowProduct {
  /** Panels packed at a time, as in {@link Tile}. */
  private static final int PANELS = 4;

  private RowProduct() {}

  /** A has unit column stride, and so has C. */
  public static void run(
      int m,
      int n,
      int k,
      Object a,
      int aOffset,
      int aRowStride,
      Object b,
      int[] at,
      Object c,
      int cOffset,
      int cRowStride,
      boolean accumulate) {
    Matrix left = new Matrix(a, aOffset, aRowStride, 1);
    Matrix out = new Matrix(c, cOffset, cRowStride, 1);
    run(Gemm.product(m, n, k, left, array(b), out, accumulate), at);
  }

  /** B as a matrix of which nothing but the array counts. */
  static Matrix array(Object b) {
    return new Matrix(b, 0, 0, 0);
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

  /** Any strides for A and B, unit column stride for C. */
  public static void multiply(
      int m,
      int n,
      int k,
      Object a,
      int aOffset,
      int aRowStride,
      int aColStride,
      Object b,
      int bOffset,
      int bRowStride,
      int bColStride,
      Object c,
      int cOffset,
      int cRowStride,
      boolean accumulate) {
    Gemm.product(
            m,
            n,
            k,
            new Matrix(a, aOffset, aRowStride, aColStride),
            new Matrix(b, bOffset, bRowStride, bColStride),
            new Matrix(c, cOffset, cRowStride, 1),
            accumulate)
        .run();
  }

  private static void panels(Product product, MicroKernels kernels, int[] at) {
    int width = MicroKernels.VECTORS * kernels.lanes();
    int n = product.n();
    int k = product.k();
    Object array = product.element().scratch(PANELS * width * Math.min(k, Tile.BLOCK));
    for (int p = 0; p < k; p += Tile.BLOCK) {
      int depth = Math.min(Tile.BLOCK, k - p);
      Rows rows = Rows.pack(product, kernels, 0, product.m(), p, p + depth, kernels.form(true));
      for (int j = 0; j < n; j += PANELS * width) {
        int end = Math.min(n, j + PANELS * width);
        Panels panels = new Panels(array, width, j, p, depth);
        panels.fillRows(product, kernels, at, end);
        new Tile(product, kernels, rows, panels, 0, product.m(), j, end).run(p, p + depth);
      }
      product.element().release(rows.array());
    }
    product.element().release(array);
  }

  private static void plain(Product product, int[] at) {
    Element element = product.element();
    int n = product.n();
    int k = product.k();
    Object rows = element.scratch(k * n);
    for (int p = 0; p < k; p++) {
      element.copy(1, n, product.b().array(), at[p], 0, 1, rows, p * n, n);
    }
    new Product(
            element,
            null,
            product.m(),
            n,
            k,
            product.a(),
            new Matrix(rows, 0, n, 1),
            product.c(),
            product.accumulate())
        .run();
    element.release(rows);
  }
}
