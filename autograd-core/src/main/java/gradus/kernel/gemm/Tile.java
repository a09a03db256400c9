package gradus.kernel.gemm;

import gradus.kernel.array.Strided;
import gradus.kernel.threads.Scratch;
import org.jspecify.annotations.Nullable;

/**
 * A tile of C, the columns {@code left .. right-1} of some rows, worked on by one thread.
 *
 * @param rows A packed: the rows of this tile
 * @param panels B packed for all tiles, or null where each tile packs for itself, if at all
 */
record Tile(
    Product product,
    MicroKernels kernels,
    PackedA rows,
    @Nullable PackedB panels,
    int left,
    int right) {
  /** k per block: a panel of 16 floats by 256 takes half of a 32 KiB first-level cache. */
  static final int BLOCK = 256;

  /**
   * Panels that a tile packs at a time: reading more of each row of B at once suits memory better.
   */
  private static final int PANELS = 4;

  /**
   * The rows of the next strip when so many are left: what does not fill two whole strips is
   * halved, because few rows leave the multipliers idle. Multiples of four are preferred, so that a
   * few kernels serve most shapes.
   */
  static int height(int left, int step) {
    if (left <= step || left >= 2 * step) {
      return Math.min(left, step);
    }
    int half = (left + 1) / 2;
    int fours = (half + 3) / 4 * 4;
    return fours <= step && left - fours >= step / 2 ? fours : half;
  }

  /** How many strips of that height follow each other. */
  static int strips(int left, int step) {
    int height = height(left, step);
    return height < step ? left / height : Math.max(1, left / step - (left % step == 0 ? 0 : 1));
  }

  /** Runs the chains of the tile from {@code begin} to {@code end}, block by block. */
  void run(int begin, int end) {
    for (int p = begin; p < end; p += rows.block()) {
      block(p, Math.min(rows.block(), end - p));
    }
  }

  private void block(int p, int depth) {
    if (panels != null || product.direct(kernels)) {
      strips(p, depth, left, right, panels);
      return;
    }
    int group = PANELS * MicroKernels.VECTORS * kernels.lanes();
    for (int j = left; j < right; j += group) {
      int end = Math.min(right, j + group);
      PackedB own = PackedB.pack(product, kernels, j, end, p, depth);
      strips(p, depth, j, end, own);
      Scratch.release(own.array());
    }
  }

  private void strips(int p, int depth, int from, int to, @Nullable PackedB packed) {
    int lanes = kernels.lanes();
    int most = packed != null ? MicroKernels.VECTORS : MicroKernels.vectors(product.m());
    int width = most * lanes;
    Strided b = product.b();
    for (int j = from; j < to; j += width) {
      int columns = Math.min(width, to - j);
      int vectors = Math.ceilDiv(columns, lanes);
      if (packed != null) {
        int stride = vectors * lanes;
        strip(p, depth, j, columns, packed.array(), packed.at(j, p, stride), stride);
      } else {
        strip(p, depth, j, columns, b.array(), b.at(p, j), b.stride(0));
      }
    }
  }

  /** The columns of one panel, from the top of the tile to its bottom. */
  private void strip(int p, int depth, int j, int columns, Object b, int bo, int bs) {
    Strided c = product.c();
    int vectors = Math.ceilDiv(columns, kernels.lanes());
    boolean fresh = p == 0 && !product.accumulate();
    int width = vectors * kernels.lanes();
    int step = kernels.rows(vectors);
    int count;
    int bottom = rows.from() + rows.count();
    for (int i = rows.from(); i < bottom; i += count) {
      int height = height(bottom - i, step);
      int strips = strips(bottom - i, step);
      MicroKernel kernel = kernels.get(height, vectors, rows.form());
      int from = rows.at(i, p);
      int to = c.at(i, j);
      if (columns == width) {
        kernel.run(strips, depth, rows.array(), from, b, bo, bs, c.array(), to, c.stride(0), fresh);
        count = strips * height;
        continue;
      }
      // Columns that do not fill their vectors: the kernel writes whole vectors elsewhere, and
      // what is C's is copied.
      strips = Math.min(strips, Tiling.HEIGHT / height);
      count = strips * height;
      GemmLoops element = product.element();
      Object whole = Scratch.like(c.array(), count * width);
      if (!fresh) {
        element.copy(c.rows(i, count).columns(j, columns), whole, 0, width);
      }
      kernel.run(strips, depth, rows.array(), from, b, bo, bs, whole, 0, width, fresh);
      Strided part = Strided.matrix(whole, 0, count, columns, width, 1);
      element.copy(part, c.array(), to, c.stride(0));
      Scratch.release(whole);
    }
  }
}
