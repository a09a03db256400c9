package gradus.kernel.gemm;

import gradus.kernel.array.Fill;
import gradus.kernel.array.Strided;
import gradus.kernel.threads.Workers;
import org.jspecify.annotations.Nullable;

/**
 * A matrix times a vector, {@code y[count,1] (+)= rows[count,k] . x[k]}, where the rows are
 * contiguous. Each chain runs along a row; vectors take one element of several rows, so squares of
 * the matrix are transposed in registers on the way.
 */
record MatrixVector(
    GemmLoops element,
    @Nullable MicroKernels kernels,
    Strided rows,
    Strided x,
    Strided y,
    boolean accumulate) {
  void run() {
    if (x.stride(0) == 1) {
      run(x);
      return;
    }
    Strided contiguous = Strided.scratch(x.array(), 1, k());
    element.copy(x.outer(1, 0), contiguous.array(), 0, 0);
    run(contiguous.select(0, 0));
    contiguous.release();
  }

  private int k() {
    return rows.size(1);
  }

  private void run(Strided vector) {
    int count = rows.size(0);
    int band = (int) Math.max(16, Math.min(count, Tiling.PART / k()) / 16 * 16);
    Workers.parallel(
        Math.ceilDiv(count, band),
        part -> {
          int i = part * band;
          int height = Math.min(band, count - i);
          int whole = kernels == null ? 0 : byVectors(kernels, i, height, vector);
          byElements(i + whole, height - whole, 0, vector, accumulate);
        });
  }

  /**
   * Does as many of the rows as fill vectors and returns their number; none if that is not possible
   * now.
   */
  private int byVectors(MicroKernels kernels, int first, int available, Strided vector) {
    int k = k();
    int lanes = kernels.lanes();
    int height = available / lanes * lanes;
    PackKernel mover = height == 0 || k < lanes ? null : kernels.mover((long) height * k);
    if (mover == null) {
      return 0;
    }
    Strided of = y.rows(first, height);
    boolean aside = y.stride(0) != 1;
    Strided sums = aside ? Strided.scratch(y.array(), 1, height).transposed() : of;
    if (!accumulate) {
      Fill.run(sums, 0);
    } else if (aside) {
      element.copy(of, sums.array(), sums.offset(), 1);
    }
    Object a = rows.array(), out = sums.array();
    for (int i = 0; i < height; i += lanes) {
      int row = rows.at(first + i, 0);
      int to = sums.offset() + i;
      mover.dots(k / lanes, a, row, rows.stride(0), vector.array(), vector.offset(), out, to);
    }
    if (aside) {
      element.copy(sums, of.array(), of.offset(), of.stride(0));
      sums.release();
    }
    byElements(first, height, k / lanes * lanes, vector, true);
    return height;
  }

  /** The chains of some rows from step {@code p} on. */
  private void byElements(int first, int height, int p, Strided vector, boolean resume) {
    int left = k() - p;
    if (left > 0 && height > 0) {
      Strided part = rows.rows(first, height).columns(p, left);
      element.dots(part, vector.rows(p, left), y.rows(first, height), resume);
    }
  }
}
