package gradus.kernel.gemm;

/**
 * An element type's own loops, so that the cutting of products into tiles is written once. Arrays
 * passed as {@code Object} are {@code float[]} or {@code double[]}; strides may be any, zero and
 * negative included, unless a method says otherwise.
 */
sealed interface Element permits FloatElement, DoubleElement {
  boolean isDouble();

  default int bits() {
    return isDouble() ? Double.SIZE : Float.SIZE;
  }

  Object newArray(int n);

  Object scratch(int n);

  void release(Object array);

  /** {@code to[i,j] = 0} for {@code rows x columns}. */
  void zero(int rows, int columns, Object to, int offset, int rowStride);

  /** {@code to[i,j] = from[i,j]} for {@code rows x columns}; {@code to} has unit column stride. */
  void copy(
      int rows,
      int columns,
      Object from,
      int fo,
      int fromRow,
      int fromColumn,
      Object to,
      int offset,
      int toRow);

  /**
   * {@code c[i,j] = fma-chain(fresh ? 0 : c[i,j]; a[i,p], b[p,j])} by plain loops; c has unit
   * column stride.
   */
  void rows(
      int m,
      int n,
      int k,
      Object a,
      int ao,
      int ars,
      int acs,
      Object b,
      int bo,
      int brs,
      int bcs,
      Object c,
      int co,
      int crs,
      boolean fresh);

  /**
   * {@code y[i] = fma-chain(accumulate ? y[i] : 0; a[i,p], x[p])}; a has unit column stride, x is
   * contiguous.
   */
  void dots(
      int m,
      int k,
      Object a,
      int ao,
      int ars,
      Object x,
      int xo,
      Object y,
      int yo,
      int ys,
      boolean accumulate);
}
