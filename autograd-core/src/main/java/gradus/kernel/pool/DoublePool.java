package gradus.kernel.pool;

import java.util.Arrays;

/** The loops over one plane for double: {@link FloatPool} mirrored. */
final class DoublePool {
  private DoublePool() {}

  static void largest(
      Span w,
      int begin,
      int end,
      int count,
      int[] rows,
      double[] x,
      int xo,
      double[] y,
      int yo,
      int[] place,
      int po) {
    for (int ox = begin; ox < end; ox++) {
      int from = w.from()[ox];
      int to = w.to()[ox];
      int best = rows[0] + from;
      double most = x[xo + best];
      for (int r = 0; r < count; r++) {
        for (int i = rows[r] + from; i < rows[r] + to; i += w.step()) {
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

  static void round(int n, double[] places, int shift, int[] place, int po) {
    for (int i = 0; i < n; i++) {
      place[po + i] = (int) places[i] + shift;
    }
  }

  static void pick(int n, double[] x, int xo, int[] place, int po, double[] y, int yo) {
    for (int i = 0; i < n; i++) {
      y[yo + i] = x[xo + place[po + i]];
    }
  }

  static void scatter(int n, double[] g, int go, int[] place, int po, double[] dx, int dxo) {
    for (int i = 0; i < n; i++) {
      dx[dxo + place[po + i]] += g[go + i];
    }
  }

  static void mean(Pool pool, int divisor, double[] x, int xo, double[] y, int yo) {
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
          y[at++] = (sums[ox] / pool.divisor(divisor, oz, oy, ox));
        }
      }
    }
  }

  /** Adds to the sum of each window its part of a row; short windows all at once, by places. */
  private static void sums(int[] from, int[] to, int longest, double[] x, int row, double[] sums) {
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

  static void spread(Pool pool, int divisor, double[] g, int go, double[] dx, int dxo) {
    Span d = pool.d();
    Span h = pool.h();
    Span w = pool.w();
    double[] shares = new double[w.count()];
    int at = go;
    for (int oz = 0; oz < d.count(); oz++) {
      for (int oy = 0; oy < h.count(); oy++) {
        for (int ox = 0; ox < shares.length; ox++) {
          shares[ox] = (g[at++] / pool.divisor(divisor, oz, oy, ox));
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
      int[] from, int[] to, int longest, double[] shares, double[] dx, int row) {
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
