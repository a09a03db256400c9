package gradus.kernel.gemm;

import gradus.kernel.array.Fill;
import gradus.kernel.array.Strided;
import gradus.kernel.threads.Scratch;

/**
 * Columns of B copied into panels of one micro-kernel's width: within a panel the {@code depth}
 * rows follow each other. The last panel is one vector wide if that suffices, and filled up with
 * zeros to whole vectors.
 *
 * @param array on loan; the caller of pack releases it
 * @param from the first column held
 * @param first the first row of B held
 */
record PackedB(Object array, int width, int from, int first, int depth) {
  /** Packs B's columns {@code from .. to-1}, the rows {@code first .. first+depth-1}. */
  static PackedB pack(
      Product product, MicroKernels kernels, int from, int to, int first, int depth) {
    int width = MicroKernels.VECTORS * kernels.lanes();
    int size = Math.ceilDiv(to - from, width) * width * depth;
    Object array = Scratch.like(product.b().array(), size);
    PackedB panels = new PackedB(array, width, from, first, depth);
    panels.fill(product, kernels, to);
    return panels;
  }

  /** The same, for a product whose first column is the column {@code left} of this. */
  PackedB fromColumn(int left) {
    return new PackedB(array, width, from - left, first, depth);
  }

  private void fill(Product product, MicroKernels kernels, int to) {
    Strided b = product.b();
    int column = from;
    int whole = (to - from) / width;
    if (b.stride(1) == 1
        && whole > 0
        && kernels.mover((long) depth * whole * width) instanceof PackKernel mover) {
      int source = b.at(first, from);
      mover.panels(depth, whole, b.array(), source, b.stride(0), array, depth * width);
      column += whole * width;
    }
    for (int j = column; j < to; j += width) {
      int columns = Math.min(width, to - j);
      int row = row(kernels, j, columns);
      product.copy(b.rows(first, depth).columns(j, columns), array, at(j, first, row), row);
    }
  }

  /** The width of a panel of so many columns, which is filled up with zeros. */
  private int row(MicroKernels kernels, int column, int columns) {
    int row = Math.ceilDiv(columns, kernels.lanes()) * kernels.lanes();
    if (columns < row) {
      int rest = at(column, first, row) + columns;
      Fill.run(Strided.matrix(array, rest, depth, row - columns, row, 1), 0);
    }
    return row;
  }

  /** Packs rows that lie anywhere: B's row p is the run from {@code at[p]} on. */
  void fillRows(Product product, MicroKernels kernels, int[] at, int to) {
    Object b = product.b().array();
    PackKernel mover = kernels.mover((long) depth * (to - from));
    for (int j = from; j < to; j += width) {
      int columns = Math.min(width, to - j);
      if (columns == width && mover != null) {
        mover.rows(depth, b, j, at, first, array, at(j, first, width));
        continue;
      }
      int row = row(kernels, j, columns);
      for (int p = first; p < first + depth; p++) {
        System.arraycopy(b, at[p] + j, array, at(j, p, row), columns);
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
