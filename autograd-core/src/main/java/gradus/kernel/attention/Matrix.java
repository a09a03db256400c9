package gradus.kernel.attention;

import gradus.formula.Expr;
import gradus.kernel.compile.Compute;
import gradus.kernel.compile.ElementwiseKernel;
import gradus.kernel.gemm.Gemm;
import gradus.kernel.threads.Scratch;
import java.util.List;

/** Where a matrix lies in an array of float or double. */
record Matrix(Object array, int offset, int rows, int cols, int rowStride, int colStride) {
  /** A dense matrix on loan, contents arbitrary, with elements like those of an array. */
  static Matrix scratch(Object like, int rows, int cols) {
    int n = Math.multiplyExact(rows, cols);
    Object array = like instanceof float[] ? Scratch.floats(n) : Scratch.doubles(n);
    return new Matrix(array, 0, rows, cols, cols, 1);
  }

  /** Ends the loan. */
  void release() {
    if (array instanceof float[] x) {
      Scratch.release(x);
    } else {
      Scratch.release((double[]) array);
    }
  }

  /** The first rows. */
  Matrix first(int count) {
    return new Matrix(array, offset, count, cols, rowStride, colStride);
  }

  Matrix transposed() {
    return new Matrix(array, offset, cols, rows, colStride, rowStride);
  }

  /** {@code this = a @ b}, or {@code this += a @ b}; columns of this lie side by side. */
  void product(Matrix a, Matrix b, boolean accumulate) {
    if (array instanceof float[] c) {
      Gemm.multiply(
          rows,
          cols,
          a.cols,
          (float[]) a.array,
          a.offset,
          a.rowStride,
          a.colStride,
          (float[]) b.array,
          b.offset,
          b.rowStride,
          b.colStride,
          c,
          offset,
          rowStride,
          accumulate);
    } else {
      Gemm.multiply(
          rows,
          cols,
          a.cols,
          (double[]) a.array,
          a.offset,
          a.rowStride,
          a.colStride,
          (double[]) b.array,
          b.offset,
          b.rowStride,
          b.colStride,
          (double[]) array,
          offset,
          rowStride,
          accumulate);
    }
  }

  /** A formula of matrices of this shape, and one setting, into this one. */
  void set(Expr formula, double setting, Matrix... operands) {
    int n = operands.length + 1;
    var arrays = new Object[n];
    var offsets = new int[n];
    var strides = new int[n][];
    for (int i = 0; i < n; i++) {
      Matrix m = i == 0 ? this : operands[i - 1];
      arrays[i] = m.array;
      offsets[i] = m.offset;
      strides[i] = new int[] {m.rowStride, m.colStride};
    }
    ElementwiseKernel.of(List.of(formula))
        .run(
            array instanceof float[] ? Compute.FLOAT : Compute.DOUBLE,
            new int[] {rows, cols},
            arrays,
            offsets,
            strides,
            new double[] {setting});
  }
}
