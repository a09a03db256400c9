package gradus.kernel.conv;

import gradus.kernel.conv.TapKernel.Form;

/**
 * A product as wide as a {@link TapKernel}, {@code c[n, width] = init + x[n, k] @ b[k, width]}, cut
 * into tiles that fit the registers.
 *
 * @param cs from one row of c to the next
 */
record TileProduct(Form form, TapKernels kernels, int k, Object x, Object b, Object c, int cs) {
  /**
   * Runs it.
   *
   * @param columns of c from {@code co} on; those beyond the width are left alone
   * @param bases with {@code base} and the offsets {@code at}: where the elements of x or b lie
   * @param is from one row of init to the next, 0 if all start from the same
   */
  void run(
      int n,
      int columns,
      int[] bases,
      int base,
      int[] at,
      int first,
      int bo,
      Object init,
      int io,
      int is,
      int co) {
    int vectors = kernels.vectors(columns);
    int tiles = kernels.tiles(n, vectors);
    int each = n / tiles;
    int longer = n % tiles;
    boolean even = form == Form.CHANNELS;
    int height = longer == 0 ? each : each + 1;
    TapKernel kernel = kernels.get(form, height, vectors);
    int i = 0;
    for (int t = 0; t < tiles; t++, i += height) {
      if (t == longer && height > each) {
        height = each;
        kernel = kernels.get(form, each, vectors);
      }
      int from = base + (even ? (i - 1) * TapKernel.STRIDE : i);
      kernel.run(k, x, bases, from, at, first, b, bo, init, io + i * is, is, c, co + i * cs, cs);
    }
  }
}
