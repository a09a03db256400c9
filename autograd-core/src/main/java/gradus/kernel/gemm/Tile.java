package gradus.kernel.gemm;

import org.jspecify.annotations.Nullable;

/** A tile of C, the rows {@code top .. bottom-1} and columns {@code left .. right-1}, worked on by one thread. */
record Tile(
    Product product, MicroKernels kernels, @Nullable Panels panels, int top, int bottom, int left, int right) {

  /** Runs the chains of the tile from {@code begin} to {@code end}, block by block. */
  void run(int begin, int end, int block) {
    Element element = product.element();
    Matrix a = product.a();
    boolean pack = a.column() != 1;
    Object rows = pack ? element.scratch((bottom - top) * Math.min(block, end - begin)) : a.array();
    Object corner = element.scratch(kernels.rows(1) * MicroKernels.VECTORS * kernels.lanes());
    for (int p = begin; p < end; p += block) {
      int depth = Math.min(block, end - p);
      if (pack) {
        kernels.copy(bottom - top, depth, a.array(), a.at(top, p), a.row(), a.column(), rows, 0, depth);
        columns(p, depth, rows, 0, depth, corner);
      } else {
        columns(p, depth, rows, a.at(top, p), a.row(), corner);
      }
    }
    element.release(corner);
    if (pack) {
      element.release(rows);
    }
  }

  private void columns(int p, int depth, Object a, int ao, int ars, Object corner) {
    int lanes = kernels.lanes();
    int width = MicroKernels.VECTORS * lanes;
    boolean fresh = p == 0 && !product.accumulate();
    Matrix b = product.b();
    for (int j = left; j < right; j += width) {
      int columns = Math.min(width, right - j);
      int vectors = Product.ceil(columns, lanes);
      if (panels != null && j >= panels.from()) {
        int stride = vectors * lanes;
        strip(j, columns, vectors, depth, a, ao, ars, panels.array(), panels.at(j, p, stride), stride, true, fresh, corner);
      } else {
        strip(j, columns, vectors, depth, a, ao, ars, b.array(), b.at(p, j), b.row(), false, fresh, corner);
      }
    }
  }

  /** One panel's columns, from the top of the tile to its bottom. */
  private void strip(
      int j, int columns, int vectors, int depth, Object a, int ao, int ars, Object b, int bo, int bs, boolean packed,
      boolean fresh, Object corner) {
    Element element = product.element();
    Matrix c = product.c();
    int step = kernels.rows(vectors);
    int width = vectors * kernels.lanes();
    for (int i = top; i < bottom; i += step) {
      int rows = Math.min(step, bottom - i);
      MicroKernel kernel = kernels.find(rows, vectors, packed);
      int from = ao + (i - top) * ars;
      int to = c.at(i, j);
      if (columns == width) {
        if (fresh) {
          kernel.run(depth, a, from, ars, b, bo, bs, element.zeros(), 0, 0, c.array(), to, c.row());
        } else {
          kernel.run(depth, a, from, ars, b, bo, bs, c.array(), to, c.row(), c.array(), to, c.row());
        }
      } else {
        if (fresh) {
          element.zero(rows, width, corner, 0, width);
        } else {
          element.copy(rows, columns, c.array(), to, c.row(), 1, corner, 0, width);
        }
        kernel.run(depth, a, from, ars, b, bo, bs, corner, 0, width, corner, 0, width);
        element.copy(rows, columns, corner, 0, width, 1, c.array(), to, c.row());
      }
    }
  }
}
