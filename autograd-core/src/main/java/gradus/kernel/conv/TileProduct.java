package gradus.kernel.conv;

/**
 * A product of a {@link Halo}'s elements and one panel, {@code c[n, panel] = init + x[n, k] @ b[k,
 * panel]}, cut into tiles that fit the registers.
 *
 * @param cs from one row of c to the next
 */
record TileProduct(TapKernels kernels, int k, Object x, Object b, Object c, int cs) {
  /**
   * Runs it.
   *
   * @param columns of c from {@code co} on; those beyond the panel are left alone
   * @param bases with the offsets {@code at}: where the elements of x lie
   * @param is from one row of init to the next, 0 if all start from the same
   */
  void run(int n, int columns, int[] bases, int[] at, int bo, Object init, int io, int is, int co) {
    int vectors = kernels.vectors(columns);
    int tiles = kernels.tiles(n, vectors);
    int each = n / tiles;
    int longer = n % tiles;
    TapKernel longest = longer == 0 ? null : kernels.get(each + 1, vectors);
    int i = 0;
    for (int t = 0; t < longer && longest != null; t++, i += each + 1) {
      longest.run(k, x, bases, i, at, 0, b, bo, init, io + i * is, is, c, co + i * cs, cs);
    }
    TapKernel kernel = kernels.get(each, vectors);
    for (; i < n; i += each) {
      kernel.run(k, x, bases, i, at, 0, b, bo, init, io + i * is, is, c, co + i * cs, cs);
    }
  }
}
