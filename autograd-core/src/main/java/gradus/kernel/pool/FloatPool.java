package gradus.kernel.pool;

/** The loops over one plane for float. {@link DoublePool} is its mirror. */
final class FloatPool {
  private FloatPool() {}

  static void places(Pool pool, float[] x, int xo, int[] place, int po) {
    int at = po;
    for (int z = 0; z < pool.d().count(); z++) {
      for (int y = 0; y < pool.h().count(); y++) {
        for (int i = 0; i < pool.w().count(); i++) {
          place[at++] = place(pool, x, xo, z, y, i);
        }
      }
    }
  }

  private static int place(Pool pool, float[] x, int xo, int oz, int oy, int ox) {
    Span d = pool.d();
    Span h = pool.h();
    Span w = pool.w();
    int begin = w.from()[ox];
    int end = w.to()[ox];
    int best = (d.from()[oz] * h.size() + h.from()[oy]) * w.size() + begin;
    float most = Float.NEGATIVE_INFINITY;
    for (int z = d.from()[oz]; z < d.to()[oz]; z += d.step()) {
      for (int y = h.from()[oy]; y < h.to()[oy]; y += h.step()) {
        int row = (z * h.size() + y) * w.size();
        for (int i = row + begin; i < row + end; i += w.step()) {
          float v = x[xo + i];
          if (v > most || Float.isNaN(v)) {
            most = v;
            best = i;
          }
        }
      }
    }
    return best;
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
    int at = yo;
    for (int oz = 0; oz < d.count(); oz++) {
      for (int oy = 0; oy < h.count(); oy++) {
        for (int ox = 0; ox < w.count(); ox++) {
          double sum = 0;
          for (int z = d.from()[oz]; z < d.to()[oz]; z++) {
            for (int r = h.from()[oy]; r < h.to()[oy]; r++) {
              int row = xo + (z * h.size() + r) * w.size();
              for (int i = row + w.from()[ox]; i < row + w.to()[ox]; i++) {
                sum += x[i];
              }
            }
          }
          y[at++] = (float) (sum / pool.divisor(divisor, oz, oy, ox));
        }
      }
    }
  }

  static void spread(Pool pool, int divisor, float[] g, int go, float[] dx, int dxo) {
    Span d = pool.d();
    Span h = pool.h();
    Span w = pool.w();
    int at = go;
    for (int oz = 0; oz < d.count(); oz++) {
      for (int oy = 0; oy < h.count(); oy++) {
        for (int ox = 0; ox < w.count(); ox++) {
          float share = (float) (g[at++] / pool.divisor(divisor, oz, oy, ox));
          for (int z = d.from()[oz]; z < d.to()[oz]; z++) {
            for (int r = h.from()[oy]; r < h.to()[oy]; r++) {
              int row = dxo + (z * h.size() + r) * w.size();
              for (int i = row + w.from()[ox]; i < row + w.to()[ox]; i++) {
                dx[i] += share;
              }
            }
          }
        }
      }
    }
  }
}
