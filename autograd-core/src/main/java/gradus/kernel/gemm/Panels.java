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
  /** Rows that one part of the work packs. */
  private static final int STRETCH = 512;

  static Panels pack(Product product, MicroKernels kernels, int from, int to, int first, int depth) {
    int width = MicroKernels.VECTORS * kernels.lanes();
    int count = Product.ceil(to - from, width);
    Panels panels = new Panels(product.element().scratch(count * width * depth), width, from, first, depth);
    int stretches = Product.ceil(depth, STRETCH);
    boolean large = (long) count * width * depth >= 1 << 15;
    int grain = large ? 1 : count * stretches;
    Workers.parallel(
        Product.ceil(count * stretches, grain),
        part -> {
          for (int each = part * grain; each < Math.min(count * stretches, (part + 1) * grain); each++) {
            int row = each % stretches * STRETCH;
            panels.fill(product, kernels, from + each / stretches * width, to, row, Math.min(STRETCH, depth - row));
          }
        });
    return panels;
  }

  private void fill(Product product, MicroKernels kernels, int column, int to, int row, int rows) {
    int lanes = kernels.lanes();
    Matrix b = product.b();
    int columns = Math.min(width, to - column);
    int stride = Product.ceil(columns, lanes) * lanes;
    int start = at(column, first + row, stride);
    kernels.copy(rows, columns, b.array(), b.at(first + row, column), b.row(), b.column(), array, start, stride);
    if (columns < stride) {
      product.element().zero(rows, stride - columns, array, start + columns, stride);
    }
  }

  /** The index of B's row {@code p} in the panel that begins with {@code column} and is {@code stride} wide. */
  int at(int column, int p, int stride) {
    return (column - from) * depth + (p - first) * stride;
  }
}
