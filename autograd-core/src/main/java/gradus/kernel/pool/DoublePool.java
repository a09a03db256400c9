package gradus.kernel.pool;

import gradus.kernel.array.Strided;
import java.util.Arrays;

/** The loops over one plane for double. */
final class DoublePool implements PlaneLoops {
  @Override
  public void round(int n, Object places, int shift, int[] place, int po) {
    double[] numbers = (double[]) places;
    for (int i = 0; i < n; i++) {
      place[po + i] = (int) numbers[i] + shift;
    }
  }

  @Override
  public void pick(Pool pool, int p, Strided x, Strided place, Strided y) {
    double[] from = (double[]) x.array();
    double[] to = (double[]) y.array();
    int[] at = (int[]) place.array();
    int n = pool.outputs();
    int xo = x.offset() + p * pool.inputs();
    int yo = y.offset() + p * n;
    int po = place.offset() + p * n;
    for (int i = 0; i < n; i++) {
      to[yo + i] = from[xo + at[po + i]];
    }
  }

  @Override
  public void scatter(Pool pool, int p, Strided g, Strided place, Strided dx) {
    double[] from = (double[]) g.array();
    double[] to = (double[]) dx.array();
    int[] at = (int[]) place.array();
    int n = pool.outputs();
    int go = g.offset() + p * n;
    int po = place.offset() + p * n;
    int dxo = dx.offset() + p * pool.inputs();
    for (int i = 0; i < n; i++) {
      to[dxo + at[po + i]] += from[go + i];
    }
  }

  @Override
  public void mean(Pool pool, int p, int divisor, Strided x, Strided y) {
    double[] from = (double[]) x.array();
    double[] to = (double[]) y.array();
    Span d = pool.d();
    Span h = pool.h();
    Span w = pool.w();
    double[] sums = new double[w.count()];
    int xo = x.offset() + p * pool.inputs();
    int at = y.offset() + p * pool.outputs();
    for (int oz = 0; oz < d.count(); oz++) {
      for (int oy = 0; oy < h.count(); oy++) {
        Arrays.fill(sums, 0);
        for (int z = d.from()[oz]; z < d.to()[oz]; z++) {
          for (int r = h.from()[oy]; r < h.to()[oy]; r++) {
            sums(w.from(), w.to(), w.longest(), from, xo + (z * h.size() + r) * w.size(), sums);
          }
        }
        for (int ox = 0; ox < sums.length; ox++) {
          to[at++] = (sums[ox] / pool.divisor(divisor, oz, oy, ox));
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

  @Override
  public void spread(Pool pool, int p, int divisor, Strided g, Strided dx) {
    double[] from = (double[]) g.array();
    double[] to = (double[]) dx.array();
    Span d = pool.d();
    Span h = pool.h();
    Span w = pool.w();
    double[] shares = new double[w.count()];
    int at = g.offset() + p * pool.outputs();
    int dxo = dx.offset() + p * pool.inputs();
    for (int oz = 0; oz < d.count(); oz++) {
      for (int oy = 0; oy < h.count(); oy++) {
        for (int ox = 0; ox < shares.length; ox++) {
          shares[ox] = (from[at++] / pool.divisor(divisor, oz, oy, ox));
        }
        for (int z = d.from()[oz]; z < d.to()[oz]; z++) {
          for (int r = h.from()[oy]; r < h.to()[oy]; r++) {
            spread(w.from(), w.to(), w.longest(), shares, to, dxo + (z * h.size() + r) * w.size());
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
