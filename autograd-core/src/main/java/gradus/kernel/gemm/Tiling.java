package gradus.kernel.gemm;

/**
 * A matrix of {@code m x n} cut into tiles, by its shape alone; tiles are numbered along the rows.
 */
record Tiling(int m, int n, int height, int width, int across) {
  static final int HEIGHT = 96; // a multiple of the rows of every micro-kernel, as are its halves
  static final int WIDTH = 256; // likewise of their columns

  /** Parts of work from which it pays to wake a sleeping thread. */
  private static final int WORTH_WAKING = 4;

  static final int LOWEST = 24;

  /** Fewer rows are left to the tile above: no strip shall be lower than in the whole matrix. */
  private static final int LEAST = 12;

  private static final int ENOUGH = 32;

  /**
   * One tile if there is little to do; else large tiles if there are many of them, else narrower,
   * then lower ones, as long as one is worth a thread's attention.
   *
   * @param part the work worth a thread's attention
   * @param narrowest the least width
   * @param highest the greatest height
   * @param lowest the least height
   */
  static Tiling of(int m, int n, long work, long part, int narrowest, int highest, int lowest) {
    if (work < WORTH_WAKING * part) {
      return new Tiling(m, n, m, n, 1);
    }
    int height = highest;
    int width = WIDTH;
    while (count(m, n, height, width) < ENOUGH
        && work / count(m, n, height, width) >= 2 * part
        && (width > narrowest || height > lowest)) {
      if (width > narrowest) {
        width /= 2;
      } else {
        height /= 2;
      }
    }
    return new Tiling(m, n, height, width, Product.ceil(n, width));
  }

  private static long count(int m, int n, int height, int width) {
    return (long) down(m, height) * Product.ceil(n, width);
  }

  private static int down(int m, int height) {
    return Math.max(0, m - LEAST) / height + 1;
  }

  int count() {
    return down(m, height) * across;
  }

  int top(int tile) {
    return tile / across * height;
  }

  int bottom(int tile) {
    return tile / across == down(m, height) - 1 ? m : top(tile) + height;
  }

  int left(int tile) {
    return tile % across * width;
  }

  int right(int tile) {
    return Math.min(n, left(tile) + width);
  }
}
