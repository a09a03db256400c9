package gradus.kernel.conv;

import gradus.kernel.array.Strided;
import gradus.kernel.conv.TapKernel.Form;

/**
 * Products as wide as a {@link TapKernel}, {@code c[n, width] = init + x[n, k] @ b[k, width]}, cut
 * into tiles that fit the registers.
 *
 * @param bases with {@code at}: where the elements of x or b lie, as the {@link Form} says
 * @param numbers of the kernel, used again by each run
 */
record TileProduct(Form form, TapKernels kernels, Object x, int[] bases, int[] at, int... numbers) {
  TileProduct(Form form, TapKernels kernels, Object x, int[] bases, int[] at) {
    this(form, kernels, x, bases, at, new int[8]);
  }

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
    Object right = b.array(), start = init.array(), out = c.array();
    numbers[0] = b.size(0);
    numbers[2] = first;
    numbers[3] = b.offset();
    numbers[5] = init.stride(0);
    numbers[7] = c.stride(0);
    int i = 0;
    for (int t = 0; t < tiles; t++, i += height) {
      if (t == longer && height > each) {
        height = each;
        kernel = kernels.get(form, each, vectors);
      }
      numbers[1] = base + (even ? (i - 1) * TapKernel.STRIDE : i);
      numbers[4] = init.at(i, 0);
      numbers[6] = c.at(i, 0);
      kernel.run(x, bases, at, right, start, out, numbers);
    }
  }
}
