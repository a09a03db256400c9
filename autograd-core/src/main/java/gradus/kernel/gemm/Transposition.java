package gradus.kernel.gemm;

/** Copies that exchange rows and columns, by the calling thread alone. */
public final class Transposition {
  private Transposition() {}

  /**
   * {@code to[offset + i*toRow + j] = from[fo + i + j*fromColumn]} for {@code i < rows, j <
   * columns}; both arrays float[] or both double[].
   */
  public static void run(
      int rows,
      int columns,
      Object from,
      int fo,
      int fromColumn,
      Object to,
      int offset,
      int toRow) {
    Matrix none = RowProduct.array(to);
    Product any = Gemm.product(rows, columns, 0, none, none, none, false);
    MicroKernels kernels = any.kernels();
    if (kernels == null) {
      any.element().copy(rows, columns, from, fo, 1, fromColumn, to, offset, toRow);
    } else {
      kernels.copy(rows, columns, from, fo, 1, fromColumn, to, offset, toRow);
    }
  }
}
