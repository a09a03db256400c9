package gradus.kernel.pool;

import java.util.Arrays;

/** The loops over one plane for float. {@link DoublePool} is its mirror. */
final class FloatPool {
  private FloatPool() {}

  static void places(Pool pool, float[] x, int xo, int[] place, int po) {
    Span d = pool.d();
    Span h = pool.h();
    Span w = pool.w();
    int at = po;
    for (int oz = 0; oz < d.count(); oz++) {
      for (int oy = 0; oy < h.count(); oy++) {
        places(pool, d.from()[oz], d.to()[oz], h.from()[oy], h.to()[oy], x, xo, place, at);
        at += w.count();
      }
    }
  }

  /**
   * A row of windows. A window's elements differ at random, so nothing is decided by a jump: the
   * largest of the keys is wanted.
   */
  private static void places(
      Pool pool, int z0, int z1, int y0, int y1, float[] x, int xo, int[] place, int po) {
    int[] from = pool.w().from();
    int[] to = pool.w().to();
    int longest = pool.w().longest();
    long[] most = new long[from.length];
    Arrays.fill(most, Long.MIN_VALUE);
    for (int z = z0; z < z1; z += pool.d().step()) {
      for (int y = y0; y < y1; y += pool.h().step()) {
        int row = (z * pool.h().size() + y) * pool.w().size();
        for (int s = 0; s < longest; s += pool.w().step()) {
          keys(from, to, s, x, xo, row, most);
        }
      }
    }
    for (int ox = 0; ox < most.length; ox++) {
      place[po + ox] = ~(int) most[ox];
    }
  }

  private static void keys(int[] from, int[] to, int s, float[] x, int xo, int row, long[] most) {
    for (int ox = 0; ox < most.length; ox++) {
      int i = from[ox] + s;
      if (i < to[ox]) {
        most[ox] = Math.max(most[ox], key(x[xo + row + i], row + i));
      }
    }
  }

  /** Larger for larger v, with NaN the largest and -0 equal to 0, then for smaller i. */
  private static long key(float v, int i) {
    int bits = Float.floatToIntBits(v + 0f);
    int ordered = bits ^ bits >> 31 & Integer.MAX_VALUE;
    return (long) ordered << 32 | ~i & 0xffff_ffffL;
  }

  static void pick(int n, float[] x, int xo, int[] place, int po, float[] y, int yo) {
    for (int i = 0; i < n; i++) {
      y[yo + i] = x[xo + place[po + i]];
    }
  }

  static void scatter(int n, float[] g, int go, int[] place, int po, float[] dx, int dxo) {
    for (int i = 0; i < n; i++) {
      dx[dxo + place[po + i]] += g[go + i];
    }
  }

  static void mean(Pool pool, int divisor, float[] x, int xo, float[] y, int yo) {
    Span d = pool.d();
    Span h = pool.h();
    Span w = pool.w();
    double[] sums = new double[w.count()];
    int at = yo;
    for (int oz = 0; oz < d.count(); oz++) {
      for (int oy = 0; oy < h.count(); oy++) {
        Arrays.fill(sums, 0);
        for (int z = d.from()[oz]; z < d.to()[oz]; z++) {
          for (int r = h.from()[oy]; r < h.to()[oy]; r++) {
            sums(w.from(), w.to(), w.longest(), x, xo + (z * h.size() + r) * w.size(), sums);
          }
        }
        for (int ox = 0; ox < sums.length; ox++) {
          y[at++] = (float) (sums[ox] / pool.divisor(divisor, oz, oy, ox));
        }
      }
    }
  }

  /** Adds to the sum of each window its part of a row; short windows all at once, by places. */
  private static void sums(int[] from, int[] to, int longest, float[] x, int row, double[] sums) {
    if (longest < from.length) {
      for (int s = 0; s < longest; s++) {
        for (int ox = 0; ox < sums.length; ox++) {
          int i = from[ox] + s;
          if (i < to[ox]) {
            sums[ox] += x[row + i];
          }
        }
      }
    } else {
      for (int ox = 0; ox < sums.length; ox++) {
        double sum = sums[ox];
        for (int i = row + from[ox]; i < row + to[ox]; i++) {
          sum += x[i];
        }
        sums[ox] = sum;
      }
    }
  }

  static void spread(Pool pool, int divisor, float[] g, int go, float[] dx, int dxo) {
    Span d = pool.d();
    Span h = pool.h();
    Span w = pool.w();
    float[] shares = new float[w.count()];
    int at = go;
    for (int oz = 0; oz < d.count(); oz++) {
      for (int oy = 0; oy < h.count(); oy++) {
        for (int ox = 0; ox < shares.length; ox++) {
          shares[ox] = (float) (g[at++] / pool.divisor(divisor, oz, oy, ox));
        }
        for (int z = d.from()[oz]; z < d.to()[oz]; z++) {
          for (int r = h.from()[oy]; r < h.to()[oy]; r++) {
            spread(w.from(), w.to(), w.longest(), shares, dx, dxo + (z * h.size() + r) * w.size());
          }
        }
      }
    }
  }

  /** Adds to a row the share of each window; in the same order for the same sizes. */
  private static void spread(
      int[] from, int[] to, int longest, float[] shares, float[] dx, int row) {
    if (longest < from.length) {
      for (int s = 0; s < longest; s++) {
        for (int ox = 0; ox < shares.length; ox++) {
          int i = from[ox] + s;
          if (i < to[ox]) {
            dx[row + i] += shares[ox];
          }
        }
      }
    } else {
      for (int ox = 0; ox < shares.length; ox++) {
        for (int i = row + from[ox]; i < row + to[ox]; i++) {
          dx[i] += shares[ox];
        }
      }
    }
  }
}
