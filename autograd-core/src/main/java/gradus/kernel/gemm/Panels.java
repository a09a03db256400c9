package gradus.kernel.gemm;

import gradus.kernel.array.Strided;

/**
 * Columns of B copied into panels of one micro-kernel's width: within a panel the {@code depth}
 * rows follow each other. The last panel is one vector wide if that suffices, and filled up with
 * zeros to whole vectors.
 *
 * @param array on loan; the caller of pack releases it
 * @param from the first column held
 * @param first the first row of B held
 */
record Panels(Object array, int width, int from, int first, int depth) {
  /** Packs B's columns {@code from .. to-1}, the rows {@code first .. first+depth-1}. */
  static Panels pack(
      Product product, MicroKernels kernels, int from, int to, int first, int depth) {
    Panels panels = room(product, kernels, from, to, first, depth);
    panels.fill(product, kernels, from, to, first, depth);
    return panels;
  }

  /** The same, for a product whose first column is the column {@code left} of this. */
  Panels fromColumn(int left) {
    return new Panels(array, width, from - left, first, depth);
  }

  private static Panels room(
      Product product, MicroKernels kernels, int from, int to, int first, int depth) {
    int width = MicroKernels.VECTORS * kernels.lanes();
    Object array = product.element().scratch(Product.ceil(to - from, width) * width * depth);
    return new Panels(array, width, from, first, depth);
  }

  private void fill(Product product, MicroKernels kernels, int column, int to, int row, int rows) {
    Strided b = product.b();
    int whole = (to - column) / width;
    if (b.stride(1) == 1
        && whole > 0
        && kernels.mover((long) rows * whole * width) instanceof Mover mover) {
      mover.panels(
          rows,
          whole,
          b.array(),
          b.at(row, column),
          b.stride(0),
          array,
          at(column, row, width),
          depth * width);
      column += whole * width;
    }
    for (int j = column; j < to; j += width) {
      int columns = Math.min(width, to - j);
      int stride = Product.ceil(columns, kernels.lanes()) * kernels.lanes();
      int start = at(j, row, stride);
      Strided panel = Strided.matrix(array, start, rows, stride, stride, 1);
      product.copy(b.rows(row, rows).columns(j, columns), panel.columns(0, columns));
      if (columns < stride) {
        product.element().zero(panel.columns(columns, stride - columns));
      }
    }
  }

  /** Packs rows that lie anywhere: B's row p is the run from {@code at[p]} on. */
  void fillRows(Product product, MicroKernels kernels, int[] at, int to) {
    Object b = product.b().array();
    Mover mover = kernels.mover((long) depth * (to - from));
    for (int j = from; j < to; j += width) {
      int columns = Math.min(width, to - j);
      if (columns == width && mover != null) {
        mover.rows(depth, b, j, at, first, array, at(j, first, width));
        continue;
      }
      int stride = Product.ceil(columns, kernels.lanes()) * kernels.lanes();
      int start = at(j, first, stride);
      for (int p = 0; p < depth; p++) {
        System.arraycopy(b, at[first + p] + j, array, start + p * stride, columns);
      }
      if (columns < stride) {
        Strided rest = Strided.matrix(array, start, depth, stride, stride, 1);
        product.element().zero(rest.columns(columns, stride - columns));
      }
    }
  }

  /**
   * The index of B's row {@code p} in the panel that begins with {@code column} and is {@code
   * stride} wide.
   */
  int at(int column, int p, int stride) {
    return (column - from) * depth + (p - first) * stride;
  }
}
