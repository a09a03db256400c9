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
    MicroKernels kernels = Gemm.kernels(to.array());
    if (kernels == null) {
      Gemm.element(to.array()).copy(from, to);
    } else {
      kernels.copy(from, to);
    }
  }

  /** As {@link #run}, of as many matrices as the first dimension counts. */
  public static void each(Strided from, Strided to) {
    MicroKernels kernels = Gemm.kernels(to.array());
    int n = to.size(0);
    Strided a = from.select(0, 0);
    Strided b = to.select(0, 0);
    if (kernels != null && kernels.transpose(n, a, from.stride(0), b, to.stride(0))) {
      return;
    }
    GemmLoops element = Gemm.element(to.array());
    for (int i = 0; i < n; i++) {
      Strided next = b.from(b.offset() + i * to.stride(0));
      element.copy(a.from(a.offset() + i * from.stride(0)), next);
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
