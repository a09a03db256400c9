package gradus.kernel.gemm;

import gradus.kernel.array.Strided;

/**
 * An element type's own loops, so that the cutting of products into tiles is written once. Arrays
 * are {@code float[]} or {@code double[]}; strides may be any, zero and negative included, unless a
 * method says otherwise.
 */
sealed interface GemmLoops permits FloatGemmLoops, DoubleGemmLoops {
  boolean isDouble();

  default int bits() {
    return isDouble() ? Double.SIZE : Float.SIZE;
  }

  /**
   * Copies a matrix to contiguous rows, the first at {@code offset}, {@code row} elements apart.
   */
  void copy(Strided from, Object to, int offset, int row);

  /**
   * {@code c[i,j] = fma-chain(fresh ? 0 : c[i,j]; a[i,p], b[p,j])} by plain loops; c has unit
   * column stride.
   */
  void rows(Strided a, Strided b, Strided c, boolean fresh);

  /**
   * {@code y[i,0] = fma-chain(accumulate ? y[i,0] : 0; a[i,p], x[p])}; a has unit column stride, x
   * is contiguous.
   */
  void dots(Strided a, Strided x, Strided y, boolean accumulate);
}
