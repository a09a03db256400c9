package gradus.kernel.pool;

/** The largest elements of windows along a row, by plain loops. */
final class Largest {
  private Largest() {}

  /**
   * The windows {@code begin .. end-1} along a row.
   *
   * @param rows where the {@code count} rows that a window meets begin
   */
  record Line(Span w, int begin, int end, int[] rows, int count) {}

  /**
   * The first largest element of each window, and its place. Windows differ at random, so nothing
   * is decided by a jump: the largest of the keys is wanted.
   */
  static void run(Line line, float[] x, int xo, float[] y, int yo, int[] place, int po) {
    Span w = line.w;
    for (int ox = line.begin; ox < line.end; ox++) {
      int from = w.from()[ox];
      int to = w.to()[ox];
      long most = Long.MIN_VALUE;
      for (int r = 0; r < line.count; r++) {
        for (int i = line.rows[r] + from; i < line.rows[r] + to; i += w.step()) {
          most = Math.max(most, key(x[xo + i], i));
        }
      }
      int best = ~(int) most;
      y[yo + ox] = x[xo + best];
      place[po + ox] = best;
    }
  }

  /** Larger for larger v, with NaN the largest and -0 equal to 0, then for smaller i. */
  private static long key(float v, int i) {
    int bits = Float.floatToIntBits(v + 0f);
    int ordered = bits ^ bits >> 31 & Integer.MAX_VALUE;
    return (long) ordered << 32 | ~i & 0xffff_ffffL;
  }

  /** As for float; a key and a place do not fit one word. */
  static void run(Line line, double[] x, int xo, double[] y, int yo, int[] place, int po) {
    Span w = line.w;
    for (int ox = line.begin; ox < line.end; ox++) {
      int from = w.from()[ox];
      int to = w.to()[ox];
      int best = line.rows[0] + from;
      double most = x[xo + best];
      for (int r = 0; r < line.count; r++) {
        for (int i = line.rows[r] + from; i < line.rows[r] + to; i += w.step()) {
          double v = x[xo + i];
          if (v > most || Double.isNaN(v) && !Double.isNaN(most)) {
            most = v;
            best = i;
          }
        }
      }
      y[yo + ox] = most;
      place[po + ox] = best;
    }
  }
}
