package gradus.kernel.recurrent;

import gradus.formula.Expr;
import gradus.kernel.compile.Compute;
import gradus.kernel.compile.ElementwiseKernel;
import gradus.kernel.gemm.Gemm;
import java.util.List;

/**
 * A matrix in an array of float or double whose columns lie side by side, or by transposition its
 * rows.
 */
record Block(Object array, int offset, int rows, int cols, int rowStride, int colStride) {
  /** A dense matrix. */
  static Block dense(Object array, int offset, int rows, int cols) {
    return new Block(array, offset, rows, cols, cols, 1);
  }

  /** A new dense matrix of zeros with elements like those of an array. */
  static Block zeros(Object like, int rows, int cols) {
    int n = Math.multiplyExact(rows, cols);
    return dense(like instanceof float[] ? new float[n] : new double[n], 0, rows, cols);
  }

  Block transposed() {
    return new Block(array, offset, cols, rows, colStride, rowStride);
  }

  /** Some rows. */
  Block rows(int first, int count) {
    return new Block(array, offset + first * rowStride, count, cols, rowStride, colStride);
  }

  /** Some columns. */
  Block columns(int first, int count) {
    return new Block(array, offset + first * colStride, rows, count, rowStride, colStride);
  }

  /** {@code this = a @ b}; this is dense in its rows. */
  void product(Block a, Block b) {
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
          false);
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
          false);
    }
  }

  /** Runs formulas on matrices of one shape: the outputs, then the operands. */
  static void run(List<Expr> formulas, Block... all) {
    int n = all.length;
    var arrays = new Object[n];
    var offsets = new int[n];
    var strides = new int[n][];
    for (int i = 0; i < n; i++) {
      arrays[i] = all[i].array;
      offsets[i] = all[i].offset;
      strides[i] = new int[] {all[i].rowStride, all[i].colStride};
    }
    Compute compute = arrays[0] instanceof float[] ? Compute.FLOAT : Compute.DOUBLE;
    int[] sizes = {all[0].rows, all[0].cols};
    ElementwiseKernel.of(formulas).run(compute, sizes, arrays, offsets, strides, new double[0]);
  }
}
