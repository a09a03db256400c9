package gradus.kernel.reduce;

import gradus.formula.Expr;
import gradus.kernel.compile.Compute;
import gradus.kernel.compile.ElementwiseKernel;
import gradus.kernel.index.Parts;
import gradus.kernel.threads.Scratch;
import java.util.List;

/**
 * Softmax and log-softmax of the rows of a matrix, [rows, n], whose elements lie side by side
 * within a row, in float or double.
 *
 * <p>Rows are shifted by their maximum, which changes nothing mathematically and keeps exp from
 * overflowing. A row with +infinity or NaN, or of -infinity only, gives NaN. Work goes by groups of
 * rows that stay in the cache.
 */
public final class Softmax {
  private static final Expr A = Expr.arg(0);
  private static final Expr B = Expr.arg(1);
  private static final Expr C = Expr.arg(2);

  private static final ElementwiseKernel MUL = kernel(A.mul(B));
  private static final ElementwiseKernel DIV = kernel(A.div(B));
  private static final ElementwiseKernel LOG = kernel(A.log());
  private static final ElementwiseKernel EXP_SUB = kernel(A.sub(B).exp());
  private static final ElementwiseKernel SUB_SUB = kernel(A.sub(B).sub(C));
  private static final ElementwiseKernel TIMES_REST = kernel(A.mul(B.sub(C)));
  private static final ElementwiseKernel MINUS_SHARE = kernel(A.sub(B.exp().mul(C)));

  private static final double[] NO_SETTINGS = {};

  /** What one element costs, against loading it. */
  private static final int COST = 8;

  private Softmax() {}

  static ElementwiseKernel kernel(Expr e) {
    return ElementwiseKernel.of(List.of(e));
  }

  /**
   * {@code y = exp(x - m) / sum(exp(x - m))} of each row, m being its maximum; or the logarithm of
   * that, {@code y = x - m - log(sum(exp(x - m)))}.
   *
   * @param y an array of the type of x that does not overlap it, or lies exactly as it does
   */
  public static void run(
      boolean log, int rows, int n, Object x, int xo, int xStride, Object y, int yo, int yStride) {
    groups(
        rows,
        n,
        y,
        (row, count, perRow, spare) -> {
          Matrix from = new Matrix(x, xo + row * xStride, xStride, 1);
          Matrix to = new Matrix(y, yo + row * yStride, yStride, 1);
          fold(Fold.MAX, count, n, from, perRow);
          if (log) {
            Matrix sums = new Matrix(perRow.array, count, 1, 0);
            apply(EXP_SUB, count, n, spare, from, perRow);
            fold(Fold.SUM, count, n, spare, sums);
            apply(LOG, count, 1, sums, sums);
            apply(SUB_SUB, count, n, to, from, perRow, sums);
          } else {
            apply(EXP_SUB, count, n, to, from, perRow);
            fold(Fold.SUM, count, n, to, perRow);
            apply(DIV, count, n, to, to, perRow);
          }
        });
  }

  /**
   * The gradient of x from the gradient g of y: {@code dx = y (g - sum(g y))} of each row, or,
   * where y are logarithms, {@code dx = g - exp(y) sum(g)}.
   *
   * @param dx an array of the type of y and g that overlaps neither
   */
  public static void backward(
      boolean log,
      int rows,
      int n,
      Object y,
      int yo,
      int yStride,
      Object g,
      int go,
      int gStride,
      Object dx,
      int dxo,
      int dxStride) {
    groups(
        rows,
        n,
        y,
        (row, count, perRow, spare) -> {
          Matrix of = new Matrix(y, yo + row * yStride, yStride, 1);
          Matrix from = new Matrix(g, go + row * gStride, gStride, 1);
          Matrix to = new Matrix(dx, dxo + row * dxStride, dxStride, 1);
          if (log) {
            fold(Fold.SUM, count, n, from, perRow);
            apply(MINUS_SHARE, count, n, to, from, of, perRow);
          } else {
            apply(MUL, count, n, spare, from, of);
            fold(Fold.SUM, count, n, spare, perRow);
            apply(TIMES_REST, count, n, to, of, from, perRow);
          }
        });
  }

  /** Where a matrix lies, its rows and columns that far apart. */
  record Matrix(Object array, int offset, int rowStride, int colStride) {}

  @FunctionalInterface
  interface Group {
    /**
     * Works on {@code count} rows from {@code row} on.
     *
     * @param perRow room for two numbers per row, the first ones as [count, n] by broadcasting
     * @param spare room for the rows themselves
     */
    void run(int row, int count, Matrix perRow, Matrix spare);
  }

  static void groups(int rows, int n, Object like, Group work) {
    if (rows == 0 || n == 0) {
      return;
    }
    int each = Math.clamp(Lanes.STAGE / n, 1, rows);
    Parts.run(
        Math.ceilDiv(rows, each),
        (long) COST * each * n,
        (begin, end) -> {
          Object perRow = take(like, 2 * each);
          Object spare = take(like, each * n);
          for (int group = begin; group < end; group++) {
            int row = group * each;
            int count = Math.min(each, rows - row);
            work.run(row, count, new Matrix(perRow, 0, 1, 0), new Matrix(spare, 0, n, 1));
          }
          give(perRow);
          give(spare);
        });
  }

  private static Object take(Object like, int n) {
    return like instanceof float[] ? Scratch.floats(n) : Scratch.doubles(n);
  }

  private static void give(Object array) {
    if (array instanceof float[] x) {
      Scratch.release(x);
    } else {
      Scratch.release((double[]) array);
    }
  }

  static void fold(Fold fold, int rows, int n, Matrix x, Matrix out) {
    Reduce.run(
        fold,
        new int[] {rows},
        new int[] {n},
        x.array,
        x.offset,
        new int[] {x.rowStride},
        new int[] {1},
        out.array,
        out.offset,
        new int[] {1});
  }

  static void apply(ElementwiseKernel kernel, int rows, int n, Matrix... matrices) {
    Object[] arrays = new Object[matrices.length];
    int[] offsets = new int[matrices.length];
    int[][] strides = new int[matrices.length][];
    for (int i = 0; i < matrices.length; i++) {
      Matrix m = matrices[i];
      arrays[i] = m.array;
      offsets[i] = m.offset;
      strides[i] = new int[] {m.rowStride, m.colStride};
    }
    Compute compute = arrays[0] instanceof float[] ? Compute.FLOAT : Compute.DOUBLE;
    kernel.run(compute, new int[] {rows, n}, arrays, offsets, strides, NO_SETTINGS);
  }
}
