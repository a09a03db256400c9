package gradus.kernel.gemm;

import gradus.kernel.array.Fill;
import gradus.kernel.array.Strided;

/** Copies that exchange rows and columns, by the calling thread alone. */
public final class Transposition {
  private Transposition() {}

  /**
   * {@code to[i,j] = from[i,j]} for a matrix whose columns lie side by side, from one whose rows
   * do; both float or both double.
   */
  public static void run(Strided from, Strided to) {
    Object array = to.array();
    MicroKernels kernels = Gemm.kernels(array);
    if (kernels == null) {
      Gemm.element(array).copy(from, array, to.offset(), to.stride(0));
    } else {
      kernels.copy(from, array, to.offset(), to.stride(0));
    }
  }

  /**
   * As {@link #run}, of as many matrices as the first dimension counts, to rows of an array.
   *
   * @param matrix from one of the results to the next
   * @param row from one of their rows to the next
   */
  public static void each(Strided from, Object array, int at, int matrix, int row) {
    MicroKernels kernels = Gemm.kernels(array);
    int n = from.size(0);
    if (kernels == null || !kernels.transpose(n, from, array, at, matrix, row)) {
      Strided first = from.select(0, 0);
      for (int i = 0; i < n; i++) {
        Strided next = first.from(from.offset() + i * from.stride(0));
        Gemm.element(array).copy(next, array, at + i * matrix, row);
      }
    }
  }

  /** As {@link #run}, to the first columns of a matrix; the others are set to zero. */
  public static void padded(Strided from, Strided to) {
    int filled = from.size(1);
    run(from, to.columns(0, filled));
    if (filled < to.size(1)) {
      Fill.run(to.columns(filled, to.size(1) - filled), 0);
    }
  }
}
