package gradus.kernel.pool;

import gradus.kernel.index.Parts;

/**
 * Windows over planes: input {@code [planes, d, h, w]}, output one element for each window, both
 * row-major without gaps. Every plane is worked on by one thread, its windows in order.
 *
 * <p>Arrays passed as {@code Object} are all {@code float[]} or all {@code double[]}.
 */
public record Pool(int planes, Span d, Span h, Span w) {
  int inputs() {
    return d.size() * h.size() * w.size();
  }

  int outputs() {
    return d.count() * h.count() * w.count();
  }

  /** How much the loops over one plane do. */
  private long work() {
    return 4L * Math.max(inputs(), outputs());
  }

  /** The first largest element of each window, or its first NaN, and where in its plane that is. */
  public void max(Object x, int xo, Object y, int yo, int[] place, int po) {
    max(MaximaKernels.of(x), x, xo, y, yo, place, po);
  }

  void max(MaximaKernels kernels, Object x, int xo, Object y, int yo, int[] place, int po) {
    if (planes * outputs() > 0) {
      Parts.run(
          planes,
          work(),
          (begin, end) -> MaxPass.run(this, kernels, begin, end, x, xo, y, yo, place, po));
    }
  }

  /** {@code y[p, i] = x[p, place[p, i]]}. */
  public void pick(Object x, int xo, int[] place, int po, Object y, int yo) {
    Parts.run(
        planes,
        outputs(),
        (begin, end) -> {
          for (int p = begin; p < end; p++) {
            int from = xo + p * inputs();
            int at = po + p * outputs();
            int to = yo + p * outputs();
            if (x instanceof float[] floats) {
              FloatPool.pick(outputs(), floats, from, place, at, (float[]) y, to);
            } else {
              DoublePool.pick(outputs(), (double[]) x, from, place, at, (double[]) y, to);
            }
          }
        });
  }

  /** {@code dx[p, place[p, i]] += g[p, i]} in the order of i; dx is zero before. */
  public void scatter(Object g, int go, int[] place, int po, Object dx, int dxo) {
    Parts.run(
        planes,
        outputs(),
        (begin, end) -> {
          for (int p = begin; p < end; p++) {
            int from = go + p * outputs();
            int at = po + p * outputs();
            int to = dxo + p * inputs();
            if (g instanceof float[] floats) {
              FloatPool.scatter(outputs(), floats, from, place, at, (float[]) dx, to);
            } else {
              DoublePool.scatter(outputs(), (double[]) g, from, place, at, (double[]) dx, to);
            }
          }
        });
  }

  /**
   * Means: sums in double, in row-major order, divided once.
   *
   * @param divisor instead of the counts, if not 0
   */
  public void mean(int divisor, Object x, int xo, Object y, int yo) {
    Parts.run(
        planes,
        work(),
        (begin, end) -> {
          for (int p = begin; p < end; p++) {
            int from = xo + p * inputs();
            int to = yo + p * outputs();
            if (x instanceof float[] floats) {
              FloatPool.mean(this, divisor, floats, from, (float[]) y, to);
            } else {
              DoublePool.mean(this, divisor, (double[]) x, from, (double[]) y, to);
            }
          }
        });
  }

  /** The adjoint of {@link #mean}: each window spreads its share, in order; dx is zero before. */
  public void spread(int divisor, Object g, int go, Object dx, int dxo) {
    Parts.run(
        planes,
        work(),
        (begin, end) -> {
          for (int p = begin; p < end; p++) {
            int from = go + p * outputs();
            int to = dxo + p * inputs();
            if (g instanceof float[] floats) {
              FloatPool.spread(this, divisor, floats, from, (float[]) dx, to);
            } else {
              DoublePool.spread(this, divisor, (double[]) g, from, (double[]) dx, to);
            }
          }
        });
  }

  double divisor(int given, int z, int y, int x) {
    return given != 0 ? given : (double) d.counted()[z] * h.counted()[y] * w.counted()[x];
  }
}
