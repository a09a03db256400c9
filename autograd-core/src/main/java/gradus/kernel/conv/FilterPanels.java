package gradus.kernel.conv;

import gradus.kernel.array.Strided;
import gradus.kernel.gemm.Transposition;
import gradus.kernel.index.Parts;
import gradus.kernel.threads.Scratch;

/**
 * The filters of all groups, {@code [groups * rows, depth]}, as {@link TapKernel}s read them: side
 * by side in panels as wide as a tile, filled up with zeros.
 *
 * @param rows of one group
 * @param array on loan; the caller of pack releases it
 */
record FilterPanels(TapKernels kernels, int rows, int depth, Object array) {
  static FilterPanels pack(TapKernels kernels, int groups, Strided a) {
    int rows = a.size(0) / groups;
    int depth = a.size(1);
    Object array = Scratch.like(a.array(), groups * depth * kernels.filled(rows));
    FilterPanels panels = new FilterPanels(kernels, rows, depth, array);
    int across = Math.ceilDiv(rows, kernels.width());
    Parts.each(
        groups * across,
        2L * depth * kernels.width(),
        i -> {
          int row = i % across * kernels.width();
          int group = i / across;
          int filled = Math.min(panels.widthAt(row), rows - row);
          panels.pack(a.rows(group * rows + row, filled), row, panels.at(group, row, 0));
        });
    return panels;
  }

  private void pack(Strided filters, int row, int at) {
    int width = widthAt(row);
    Transposition.padded(filters.transposed(), Strided.matrix(array, at, depth, width, width, 1));
  }

  /** The width of the panel that begins with this row. */
  int widthAt(int row) {
    return kernels.vectors(rows - row) * kernels.lanes();
  }

  /** Where the panel of a group that begins with this row holds its element p. */
  int at(int group, int row, int p) {
    return (group * kernels.filled(rows) + row) * depth + p * widthAt(row);
  }
}
