package gradus.kernel.gemm;

import gradus.kernel.threads.Workers;

/** A matrix of {@code m x n} cut into tiles, which are numbered along the rows. */
record Tiling(int m, int n, int height, int width, int across) {
  static final int HEIGHT = 96; // a multiple of the rows of every micro-kernel, as are its halves
  static final int WIDTH = 256; // likewise of their columns

  /** Multiply-adds that are worth handing to another thread, about ten microseconds. */
  static final long PART = 1 << 19;

  /** Parts of work from which it pays to wake a sleeping thread. */
  private static final int WORTH_WAKING = 4;

  /** Fewer rows are left to the tile above: no strip shall be lower than in the whole matrix. */
  private static final int LEAST = 12;

  /** The least height of a part, and what heights and widths are multiples of. */
  private static final int PART_ROWS = 16;

  private static final int ROWS = 8;
  private static final int COLUMNS = 64;

  /** A part may be so many times as wide as high: rows of A are copied, B perhaps only read. */
  private static final int SLENDER = 8;

  /**
   * A part for each thread; they share nothing, because what one thread has packed is far from
   * another that has a cache of its own. Bands of rows, as long as those are high enough.
   */
  static Tiling parts(int m, int n, long work) {
    int count =
        work < WORTH_WAKING * PART ? 1 : (int) Math.min(Workers.available(), work / (2 * PART));
    int across = 1;
    int height = size(m, count, ROWS);
    int width = n;
    while (across < count
        && width >= 2 * COLUMNS
        && (height < PART_ROWS || SLENDER * height < width)) {
      do {
        across++;
      } while (count % across != 0);
      height = size(m, count / across, ROWS);
      width = size(n, across, COLUMNS);
    }
    return new Tiling(m, n, height, width, Math.ceilDiv(n, width));
  }

  private static int size(int whole, int parts, int unit) {
    return parts == 1 ? whole : Math.ceilDiv(whole, parts * unit) * unit;
  }

  /** Where the tile ends that begins with row {@code top} of {@code m}. */
  static int bottom(int top, int m) {
    return m - top < HEIGHT + LEAST ? m : top + HEIGHT;
  }

  int count() {
    return down() * across;
  }

  private int down() {
    return Math.max(0, m - LEAST) / height + 1;
  }

  int top(int tile) {
    return tile / across * height;
  }

  int bottom(int tile) {
    return tile / across == down() - 1 ? m : top(tile) + height;
  }

  int left(int tile) {
    return tile % across * width;
  }

  int right(int tile) {
    return Math.min(n, left(tile) + width);
  }
}
