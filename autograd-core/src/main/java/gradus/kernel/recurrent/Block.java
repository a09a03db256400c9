package gradus.kernel.recurrent;

import gradus.formula.Expr;
import gradus.kernel.compile.Compute;
import gradus.kernel.compile.ElementwiseKernel;
import gradus.kernel.gemm.PackedMatrix;
import gradus.kernel.threads.Scratch;
import java.util.Arrays;
import java.util.List;

/** A matrix in an array of float or double whose columns lie side by side. */
public record Block(Object array, int offset, int rows, int cols, int rowStride) {
  /** A dense matrix. */
  public static Block dense(Object array, int offset, int rows, int cols) {
    return new Block(array, offset, rows, cols, cols);
  }

  /**
   * A dense matrix with elements like those of this one, contents arbitrary, on loan until {@link
   * #release}.
   */
  Block scratch(int rows, int cols) {
    int n = Math.multiplyExact(rows, cols);
    return dense(array instanceof float[] ? Scratch.floats(n) : Scratch.doubles(n), 0, rows, cols);
  }

  /** Gives the array of a {@link #scratch} matrix back. */
  void release() {
    if (array instanceof float[] x) {
      Scratch.release(x);
    } else {
      Scratch.release((double[]) array);
    }
  }

  /** Sets the elements to zero. */
  void clear() {
    for (int i = 0; i < rows; i++) {
      int from = offset + i * rowStride;
      if (array instanceof float[] x) {
        Arrays.fill(x, from, from + cols, 0f);
      } else {
        Arrays.fill((double[]) array, from, from + cols, 0d);
      }
    }
  }

  /** Copies a matrix of the same shape. */
  void set(Block from) {
    for (int i = 0; i < rows; i++) {
      System.arraycopy(
          from.array, from.offset + i * from.rowStride, array, offset + i * rowStride, cols);
    }
  }

  /** Some rows. */
  Block rows(int first, int count) {
    return new Block(array, offset + first * rowStride, count, cols, rowStride);
  }

  /** Some columns. */
  Block columns(int first, int count) {
    return new Block(array, offset + first, rows, count, rowStride);
  }

  /** The first row, so many times. */
  Block repeated(int times) {
    return new Block(array, offset, times, cols, 0);
  }

  /** The columns in so many parts of equal width. */
  Block[] parts(int count) {
    Block[] parts = new Block[count];
    for (int k = 0; k < count; k++) {
      parts[k] = columns(k * (cols / count), cols / count);
    }
    return parts;
  }

  /** This as the right side of many products; its owner releases it. */
  PackedMatrix packed() {
    return new PackedMatrix(rows, cols, array, offset, rowStride, 1);
  }

  /** The transpose of this as the right side of many products. */
  PackedMatrix packedTransposed() {
    return new PackedMatrix(cols, rows, array, offset, 1, rowStride);
  }

  /** {@code this (+)= a @ b}. */
  void product(Block a, PackedMatrix b, boolean accumulate) {
    b.multiply(rows, a.array, a.offset, a.rowStride, array, offset, rowStride, accumulate);
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
      strides[i] = new int[] {all[i].rowStride, 1};
    }
    Compute compute = arrays[0] instanceof float[] ? Compute.FLOAT : Compute.DOUBLE;
    int[] sizes = {all[0].rows, all[0].cols};
    ElementwiseKernel.of(formulas).run(compute, sizes, arrays, offsets, strides, new double[0]);
  }
}
