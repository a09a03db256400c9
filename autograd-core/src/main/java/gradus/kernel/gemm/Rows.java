package gradus.kernel.gemm;

import gradus.kernel.threads.Workers;

/**
 * Rows of A copied in blocks of {@link Tile#BLOCK} steps: within a block the rows lie a constant
 * distance apart, as micro-kernels read them.
 *
 * @param array on loan; whoever packed gives it back
 * @param from the first row held
 * @param count how many rows are held
 * @param first the first step held, a multiple of a block
 */
record Rows(Object array, int from, int count, int first) {
  /**
   * Elements from one row to the next. Not a power of two, lest rows compete for the same cache
   * lines.
   */
  static final int STRIDE = Tile.BLOCK + 16;

  /** Most elements packed at once for all tiles (4 MiB of floats). */
  private static final int MOST = 1 << 20;

  /** Rows that one part of the work packs. */
  private static final int GROUP = 32;

  /** Elements that one thread packs before another is woken. */
  private static final int ALONE = 1 << 14;

  /** Whether all of A is small enough to be packed once. */
  static boolean fit(int m, int k) {
    return (long) m * STRIDE * Product.ceil(k, Tile.BLOCK) <= MOST;
  }

  /** Packs all of A, by all threads. */
  static Rows packTogether(Product product, MicroKernels kernels) {
    int m = product.m();
    int k = product.k();
    int blocks = Product.ceil(k, Tile.BLOCK);
    Rows rows = room(product, 0, m, 0, blocks);
    int group = (long) m * k < ALONE ? m : GROUP;
    Workers.parallel(
        Product.ceil(m, group),
        part -> {
          int top = part * group;
          for (int p = 0; p < k; p += Tile.BLOCK) {
            rows.fill(product, kernels, top, Math.min(m, top + group), p, k);
          }
        });
    return rows;
  }

  /** Packs one block of some rows, the steps from {@code p} on, by one thread. */
  static Rows pack(Product product, MicroKernels kernels, int top, int bottom, int p, int end) {
    Rows rows = room(product, top, bottom - top, p, 1);
    rows.fill(product, kernels, top, bottom, p, end);
    return rows;
  }

  private static Rows room(Product product, int from, int count, int first, int blocks) {
    return new Rows(product.element().scratch(count * STRIDE * blocks), from, count, first);
  }

  private void fill(Product product, MicroKernels kernels, int top, int bottom, int p, int end) {
    Matrix a = product.a();
    kernels.copy(
        bottom - top,
        Math.min(Tile.BLOCK, end - p),
        a.array(),
        a.at(top, p),
        a.row(),
        a.column(),
        array,
        at(top, p),
        STRIDE);
  }

  /** The index of A's element {@code [i, p]}, where {@code p} begins a block. */
  int at(int i, int p) {
    return ((p - first) / Tile.BLOCK * count + i - from) * STRIDE;
  }
}
