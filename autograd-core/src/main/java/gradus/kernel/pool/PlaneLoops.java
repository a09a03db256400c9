package gradus.kernel.pool;

import gradus.kernel.array.Strided;

/** An element type's loops over one plane: input planes and output planes follow each other. */
sealed interface PlaneLoops permits FloatPool, DoublePool {
  PlaneLoops FLOAT = new FloatPool();
  PlaneLoops DOUBLE = new DoublePool();

  static PlaneLoops of(Strided x) {
    return x.array() instanceof float[] ? FLOAT : DOUBLE;
  }

  /** {@code place[po + i] = places[i] + shift} for numbers that are whole. */
  void round(int n, Object places, int shift, int[] place, int po);

  /** {@code y[p, i] = x[p, place[p, i]]}. */
  void pick(Pool pool, int p, Strided x, Strided place, Strided y);

  /** {@code dx[p, place[p, i]] += g[p, i]} in the order of i. */
  void scatter(Pool pool, int p, Strided g, Strided place, Strided dx);

  /** The mean of each window of plane p. */
  void mean(Pool pool, int p, int divisor, Strided x, Strided y);

  /** Adds to plane p of dx the share of each window, in order. */
  void spread(Pool pool, int p, int divisor, Strided g, Strided dx);
}
