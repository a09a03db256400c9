package gradus.kernel.gemm;

/**
 * Columns of B copied into panels of one micro-kernel's width: within a panel the {@code depth}
 * rows follow each other. The last panel is one vector wide if that suffices, and filled up with
 * zeros to whole vectors.
 *
 * @param array on loan; whoever packed gives it back
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
    Matrix b = product.b();
    int whole = (to - column) / width;
    if (b.column() == 1
        && whole > 0
        && kernels.mover((long) rows * whole * width) instanceof Mover mover) {
      mover.panels(
          rows,
          whole,
          b.array(),
          b.at(row, column),
          b.row(),
          array,
          at(column, row, width),
          depth * width);
      column += whole * width;
    }
    for (int j = column; j < to; j += width) {
      int columns = Math.min(width, to - j);
      int stride = Product.ceil(columns, kernels.lanes()) * kernels.lanes();
      int start = at(j, row, stride);
      kernels.copy(
          rows, columns, b.array(), b.at(row, j), b.row(), b.column(), array, start, stride);
      if (columns < stride) {
        product.element().zero(rows, stride - columns, array, start + columns, stride);
      }
    }
  }

  /** Packs rows that lie anywhere: B's row p is the run from {@code at[p]} on. */
  void fillRows(Product product, MicroKernels kernels, int[] at, int to) {
    Element element = product.element();
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
        element.copy(1, columns, b, at[first + p] + j, 0, 1, array, start + p * stride, stride);
      }
      if (columns < stride) {
        element.zero(depth, stride - columns, array, start + columns, stride);
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
