package gradus.kernel.gemm;

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
}
