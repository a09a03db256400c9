package gradus.kernel.conv;

import gradus.kernel.array.Strided;
import gradus.kernel.conv.TapKernel.Form;

/**
 * Products as wide as a {@link TapKernel}, {@code c[n, width] = init + x[n, k] @ b[k, width]}, cut
 * into tiles that fit the registers.
 *
 * @param bases with {@code at}: where the elements of x or b lie, as the {@link Form} says
 */
record TileProduct(Form form, TapKernels kernels, Object x, int[] bases, int[] at) {
  /**
   * Runs one.
   *
   * @param base which of the bases is that of the first row
   * @param first which entry of {@code at} is that of the first step
   * @param b its first size is k; where else its elements lie, the form says
   * @param init of the shape of c; its rows may be one
   * @param c [n, columns]; columns beyond the width are left alone
   */
  void run(int base, int first, Strided b, Strided init, Strided c) {
    int n = c.size(0);
    int vectors = kernels.vectors(c.size(1));
    int tiles = kernels.tiles(n, vectors);
    int each = n / tiles;
    int longer = n % tiles;
    boolean even = form == Form.CHANNELS;
    int height = longer == 0 ? each : each + 1;
    TapKernel kernel = kernels.get(form, height, vectors);
    int k = b.size(0), bo = b.offset(), is = init.stride(0), cs = c.stride(0);
    Object right = b.array(), start = init.array(), out = c.array();
    int i = 0;
    for (int t = 0; t < tiles; t++, i += height) {
      if (t == longer && height > each) {
        height = each;
        kernel = kernels.get(form, each, vectors);
      }
      int row = base + (even ? (i - 1) * TapKernel.STRIDE : i);
      int io = init.at(i, 0);
      int co = c.at(i, 0);
      kernel.run(k, x, bases, row, at, first, right, bo, start, io, is, out, co, cs);
    }
  }
}
