package gradus.kernel.gemm;

import gradus.kernel.threads.Workers;

/**
 * Columns of B copied into panels of one micro-kernel's width: within a panel the {@code depth} rows follow each other. The
 * last panel is one vector wide if that suffices, and filled up with zeros to whole vectors.
 *
 * @param array on loan; whoever packed gives it back
 * @param from the first column held
 * @param first the first row of B held
 */
record Panels(Object array, int width, int from, int first, int depth) {

  /** Packs B's columns {@code from .. to-1}, the rows {@code first .. first+depth-1}, by all threads. */
  static Panels pack(Product product, MicroKernels kernels, int from, int to, int first, int depth) {
    int width = MicroKernels.VECTORS * kernels.lanes();
    int count = Product.ceil(to - from, width);
    Panels panels = new Panels(product.element().scratch(count * width * depth), width, from, first, depth);
    int blocks = Product.ceil(depth, Tile.BLOCK);
    Workers.parallel(
        count * blocks,
        part -> {
          int column = from + part / blocks * width;
          int columns = Math.min(width, to - column);
          int row = first + part % blocks * Tile.BLOCK;
          int rows = Math.min(Tile.BLOCK, first + depth - row);
          int stride = Product.ceil(columns, kernels.lanes()) * kernels.lanes();
          copy(product, kernels, row, rows, column, columns, panels.array, panels.at(column, row, stride));
        });
    return panels;
  }

  /** Packs a block of B, at most one panel wide. */
  static void copy(
      Product product, MicroKernels kernels, int row, int rows, int column, int columns, Object panel, int offset) {
    Matrix b = product.b();
    int stride = Product.ceil(columns, kernels.lanes()) * kernels.lanes();
    kernels.copy(rows, columns, b.array(), b.at(row, column), b.row(), b.column(), panel, offset, stride);
    if (columns < stride) {
      product.element().zero(rows, stride - columns, panel, offset + columns, stride);
    }
  }

  /** The index of B's row {@code p} in the panel that begins with {@code column} and is {@code stride} wide. */
  int at(int column, int p, int stride) {
    return (column - from) * depth + (p - first) * stride;
  }
}
