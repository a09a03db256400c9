package gradus.kernel.gemm;

import org.jspecify.annotations.Nullable;

/**
 * A tile of C, the rows {@code top .. bottom-1} and columns {@code left .. right-1}, worked on by
 * one thread.
 *
 * @param panels B packed for all tiles, or null where each tile packs for itself, if at all
 */
record Tile(
    Product product,
    MicroKernels kernels,
    @Nullable Panels panels,
    int top,
    int bottom,
    int left,
    int right) {
  /** k per block: a panel of 16 floats by 256 takes half of a 32 KiB first-level cache. */
  static final int BLOCK = 256;

  /**
   * Panels that a tile packs at a time: reading more of each row of B at once suits memory better.
   */
  private static final int PANELS = 4;

  /**
   * Elements between the ends of packed rows of A, lest rows at a power of two compete for the same
   * cache lines.
   */
  static final int PADDING = 16;

  /**
   * The rows of the next strip when so many are left: what does not fill two whole strips is
   * halved, because few rows leave the multipliers idle.
   */
  static int height(int left, int step) {
    return left <= step ? left : left < 2 * step ? (left + 1) / 2 : step;
  }

  /** Runs the chains of the tile from {@code begin} to {@code end}, block by block. */
  void run(int begin, int end) {
    Matrix a = product.a();
    if (a.column() == 1) {
      for (int p = begin; p < end; p += BLOCK) {
        block(p, Math.min(BLOCK, end - p), a.array(), a.at(top, p), a.row());
      }
      return;
    }
    int height = bottom - top;
    int stride = Math.min(BLOCK, end - begin) + PADDING;
    Object rows = product.element().scratch(height * stride);
    for (int p = begin; p < end; p += BLOCK) {
      int depth = Math.min(BLOCK, end - p);
      kernels.copy(height, depth, a.array(), a.at(top, p), a.row(), a.column(), rows, 0, stride);
      block(p, depth, rows, 0, stride);
    }
    product.element().release(rows);
  }

  /** One block of k; A's element {@code [top + i, p + q]} is at {@code ao + i*ars + q}. */
  private void block(int p, int depth, Object a, int ao, int ars) {
    if (panels != null || product.direct(kernels)) {
      strips(p, depth, left, right, a, ao, ars, panels);
      return;
    }
    int group = PANELS * MicroKernels.VECTORS * kernels.lanes();
    for (int j = left; j < right; j += group) {
      int end = Math.min(right, j + group);
      Panels own = Panels.pack(product, kernels, j, end, p, depth);
      strips(p, depth, j, end, a, ao, ars, own);
      product.element().release(own.array());
    }
  }

  private void strips(
      int p, int depth, int from, int to, Object a, int ao, int ars, @Nullable Panels packed) {
    int lanes = kernels.lanes();
    int width = MicroKernels.VECTORS * lanes;
    Matrix b = product.b();
    for (int j = from; j < to; j += width) {
      int columns = Math.min(width, to - j);
      int vectors = Product.ceil(columns, lanes);
      if (packed != null) {
        int stride = vectors * lanes;
        strip(
            p,
            depth,
            j,
            columns,
            vectors,
            a,
            ao,
            ars,
            packed.array(),
            packed.at(j, p, stride),
            stride,
            true);
      } else {
        strip(p, depth, j, columns, vectors, a, ao, ars, b.array(), b.at(p, j), b.row(), false);
      }
    }
  }

  /** The columns of one panel, from the top of the tile to its bottom. */
  private void strip(
      int p,
      int depth,
      int j,
      int columns,
      int vectors,
      Object a,
      int ao,
      int ars,
      Object b,
      int bo,
      int bs,
      boolean packed) {
    Matrix c = product.c();
    boolean fresh = p == 0 && !product.accumulate();
    Object init = fresh ? product.element().zeros() : c.array();
    int step = kernels.rows(vectors);
    int rows;
    for (int i = top; i < bottom; i += rows) {
      rows = height(bottom - i, step);
      MicroKernel kernel = kernels.get(rows, vectors, packed);
      int from = ao + (i - top) * ars;
      int to = c.at(i, j);
      if (columns == vectors * kernels.lanes()) {
        kernel.run(
            depth,
            a,
            from,
            ars,
            b,
            bo,
            bs,
            init,
            fresh ? 0 : to,
            fresh ? 0 : c.row(),
            c.array(),
            to,
            c.row());
      } else {
        edge(
            kernel,
            rows,
            columns,
            vectors * kernels.lanes(),
            depth,
            a,
            from,
            ars,
            b,
            bo,
            bs,
            fresh,
            to);
      }
    }
  }

  /**
   * Columns that do not fill their vectors: the kernel writes whole vectors elsewhere, and what is
   * C's is copied.
   */
  private void edge(
      MicroKernel kernel,
      int rows,
      int columns,
      int width,
      int depth,
      Object a,
      int ao,
      int ars,
      Object b,
      int bo,
      int bs,
      boolean fresh,
      int to) {
    Element element = product.element();
    Matrix c = product.c();
    Object whole = element.scratch(rows * width);
    if (fresh) {
      kernel.run(depth, a, ao, ars, b, bo, bs, element.zeros(), 0, 0, whole, 0, width);
    } else {
      element.copy(rows, columns, c.array(), to, c.row(), 1, whole, 0, width);
      kernel.run(depth, a, ao, ars, b, bo, bs, whole, 0, width, whole, 0, width);
    }
    element.copy(rows, columns, whole, 0, width, 1, c.array(), to, c.row());
    element.release(whole);
  }
}
