package gradus.kernel.gemm;

import gradus.kernel.threads.Workers;
import org.jspecify.annotations.Nullable;

/**
 * A matrix times a vector, {@code y[count] (+)= rows[count,k] . x[k]}, where the rows are
 * contiguous. Each chain runs along a row; vectors take one element of several rows, so squares of
 * the matrix are transposed in registers on the way.
 *
 * @param y element i at {@code yOffset + i*yStride}
 */
record Dots(
    Element element,
    @Nullable MicroKernels kernels,
    int count,
    int k,
    Matrix rows,
    Matrix x,
    Object y,
    int yOffset,
    int yStride,
    boolean accumulate) {

  void run() {
    if (x.column() == 1) {
      run(x.array(), x.offset());
      return;
    }
    Object contiguous = element.scratch(k);
    element.copy(1, k, x.array(), x.offset(), 0, x.column(), contiguous, 0, 0);
    run(contiguous, 0);
    element.release(contiguous);
  }

  private void run(Object vector, int start) {
    int band = (int) Math.max(16, Math.min(count, Tiling.PART / k) / 16 * 16);
    Workers.parallel(
        Product.ceil(count, band),
        part -> {
          int i = part * band;
          int height = Math.min(band, count - i);
          int whole = kernels == null ? 0 : byVectors(kernels, i, height, vector, start);
          byElements(i + whole, height - whole, 0, vector, start, accumulate);
        });
  }

  /**
   * Does as many of the rows as fill vectors and returns their number; none if that is not possible
   * now.
   */
  private int byVectors(MicroKernels kernels, int first, int available, Object vector, int start) {
    int lanes = kernels.lanes();
    int height = available / lanes * lanes;
    Mover mover = height == 0 || k < lanes ? null : kernels.mover((long) height * k);
    if (mover == null) {
      return 0;
    }
    boolean aside = yStride != 1;
    Object sums = aside ? element.scratch(height) : y;
    int at = aside ? 0 : yOffset + first;
    if (!accumulate) {
      element.zero(1, height, sums, at, 0);
    } else if (aside) {
      element.copy(1, height, y, yOffset + first * yStride, 0, yStride, sums, 0, 0);
    }
    for (int i = 0; i < height; i += lanes) {
      mover.dots(
          k / lanes, rows.array(), rows.at(first + i, 0), rows.row(), vector, start, sums, at + i);
    }
    if (aside) {
      element.copy(height, 1, sums, 0, 1, 1, y, yOffset + first * yStride, yStride);
      element.release(sums);
    }
    byElements(first, height, k / lanes * lanes, vector, start, true);
    return height;
  }

  /** The chains of some rows from step {@code p} on. */
  private void byElements(int first, int height, int p, Object vector, int start, boolean resume) {
    if (p < k) {
      element.dots(
          height,
          k - p,
          rows.array(),
          rows.at(first, p),
          rows.row(),
          vector,
          start + p,
          y,
          yOffset + first * yStride,
          yStride,
          resume);
    }
  }
}
