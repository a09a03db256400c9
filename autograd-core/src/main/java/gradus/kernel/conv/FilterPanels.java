package gradus.kernel.conv;

import gradus.kernel.gemm.Transposition;
import gradus.kernel.index.Parts;

/**
 * The filters of all groups, {@code [groups * rows, depth]}, as {@link TapKernel}s read them: side
 * by side in panels as wide as a tile, filled up with zeros.
 *
 * @param rows of one group
 * @param array on loan; whoever packed gives it back
 */
record FilterPanels(TapKernels kernels, int rows, int depth, Object array) {
  static FilterPanels pack(TapKernels kernels, int groups, int rows, int depth, Object a, int ao) {
    int columns = columns(kernels, rows);
    Object array = Typed.scratch(a, groups * depth * columns);
    FilterPanels panels = new FilterPanels(kernels, rows, depth, array);
    int across = Math.ceilDiv(rows, kernels.width());
    Parts.run(
        groups * across,
        2L * depth * kernels.width(),
        (from, to) -> {
          for (int i = from; i < to; i++) {
            int row = i % across * kernels.width();
            int group = i / across;
            int source = ao + (group * rows + row) * depth;
            panels.pack(a, source, row, panels.at(group, row, 0));
          }
        });
    return panels;
  }

  private void pack(Object a, int ao, int row, int at) {
    int width = widthAt(row);
    int filled = Math.min(width, rows - row);
    Transposition.run(depth, filled, a, ao, depth, array, at, width);
    for (int p = 0; p < depth && filled < width; p++) {
      Typed.zero(array, at + p * width + filled, width - filled);
    }
  }

  /** Columns of one group, in whole vectors. */
  static int columns(TapKernels kernels, int rows) {
    return Math.ceilDiv(rows, kernels.lanes()) * kernels.lanes();
  }

  /** The width of the panel that begins with this row. */
  int widthAt(int row) {
    return kernels.vectors(rows - row) * kernels.lanes();
  }

  /** Where the panel of a group that begins with this row holds its element p. */
  int at(int group, int row, int p) {
    return (group * columns(kernels, rows) + row) * depth + p * widthAt(row);
  }
}
