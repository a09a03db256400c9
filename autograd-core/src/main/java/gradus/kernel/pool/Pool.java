package gradus.kernel.pool;

import gradus.kernel.array.Strided;
import gradus.kernel.index.Parts;

/**
 * Windows over planes: input {@code [planes, d, h, w]}, output one element for each window, both
 * row-major without gaps. Every plane is worked on by one thread, its windows in order.
 *
 * <p>Views are dense, all of float or all of double.
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

  /**
   * The first largest element of each window, or its first NaN, and where in its plane that is.
   *
   * @param place of int
   */
  public void max(Strided x, Strided y, Strided place) {
    max(MaximaKernels.of(x.array()), x, y, place);
  }

  void max(MaximaKernels kernels, Strided x, Strided y, Strided place) {
    if (planes * outputs() > 0) {
      Parts.run(
          planes, work(), (begin, end) -> MaxPass.run(this, kernels, begin, end, x, y, place));
    }
  }

  /** {@code y[p, i] = x[p, place[p, i]]}. */
  public void pick(Strided x, Strided place, Strided y) {
    PlaneLoops loops = PlaneLoops.of(x);
    Parts.each(planes, outputs(), p -> loops.pick(this, p, x, place, y));
  }

  /** {@code dx[p, place[p, i]] += g[p, i]} in the order of i; dx is zero before. */
  public void scatter(Strided g, Strided place, Strided dx) {
    PlaneLoops loops = PlaneLoops.of(g);
    Parts.each(planes, outputs(), p -> loops.scatter(this, p, g, place, dx));
  }

  /**
   * Means: sums in double, in row-major order, divided once.
   *
   * @param divisor instead of the counts, if not 0
   */
  public void mean(int divisor, Strided x, Strided y) {
    PlaneLoops loops = PlaneLoops.of(x);
    Parts.each(planes, work(), p -> loops.mean(this, p, divisor, x, y));
  }

  /** The adjoint of {@link #mean}: each window spreads its share, in order; dx is zero before. */
  public void spread(int divisor, Strided g, Strided dx) {
    PlaneLoops loops = PlaneLoops.of(g);
    Parts.each(planes, work(), p -> loops.spread(this, p, divisor, g, dx));
  }

  double divisor(int given, int z, int y, int x) {
    return given != 0 ? given : (double) d.counted()[z] * h.counted()[y] * w.counted()[x];
  }
}
