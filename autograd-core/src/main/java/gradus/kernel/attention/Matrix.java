package gradus.kernel.attention;

import gradus.kernel.compile.Compute;
import gradus.kernel.compile.ElementwiseKernel;
import gradus.kernel.gemm.Gemm;
import gradus.kernel.reduce.Fold;
import gradus.kernel.reduce.Reduce;
import gradus.kernel.threads.Scratch;
import java.util.Arrays;

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
    return rows(0, count);
  }

  Matrix rows(int first, int count) {
    return new Matrix(array, offset + first * rowStride, count, cols, rowStride, colStride);
  }

  /** This row as every row. */
  Matrix down(int count) {
    return new Matrix(array, offset, count, cols, 0, colStride);
  }

  /** This row stood up, as every column. */
  Matrix across(int count) {
    return new Matrix(array, offset, cols, count, colStride, 0);
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

  /** The fold of each column into an element of a row. */
  void fold(Fold fold, Matrix row) {
    Reduce.run(
        fold,
        new int[] {cols},
        new int[] {rows},
        array,
        offset,
        new int[] {colStride},
        new int[] {rowStride},
        row.array,
        row.offset,
        new int[] {1});
  }

  /** Sets this and more matrices of its shape to formulas of operands of its shape. */
  void set(ElementwiseKernel formulas, double[] settings, Matrix... moreThenOperands) {
    int n = moreThenOperands.length + 1;
    var arrays = new Object[n];
    var offsets = new int[n];
    var strides = new int[n][];
    for (int i = 0; i < n; i++) {
      Matrix m = i == 0 ? this : moreThenOperands[i - 1];
      arrays[i] = m.array;
      offsets[i] = m.offset;
      strides[i] = new int[] {m.rowStride, m.colStride};
    }
    Compute compute = array instanceof float[] ? Compute.FLOAT : Compute.DOUBLE;
    formulas.run(compute, new int[] {rows, cols}, arrays, offsets, strides, settings);
  }

  /** Fills the first columns of a row. */
  void fill(int row, int count, double value) {
    int from = offset + row * rowStride;
    if (array instanceof float[] x) {
      Arrays.fill(x, from, from + count, (float) value);
    } else {
      Arrays.fill((double[]) array, from, from + count, value);
    }
  }
}
