package gradus.kernel.reduce;

import gradus.formula.Expr;
import gradus.kernel.array.Strided;
import gradus.kernel.compile.ElementwiseKernel;
import gradus.kernel.index.Parts;
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

  static final ElementwiseKernel MUL = kernel(A.mul(B));
  private static final ElementwiseKernel DIV = kernel(A.div(B));
  static final ElementwiseKernel LOG = kernel(A.log());
  static final ElementwiseKernel EXP_SUB = kernel(A.sub(B).exp());
  private static final ElementwiseKernel SUB_SUB = kernel(A.sub(B).sub(C));
  private static final ElementwiseKernel TIMES_REST = kernel(A.mul(B.sub(C)));
  private static final ElementwiseKernel MINUS_SHARE = kernel(A.sub(B.exp().mul(C)));

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
   * @param x [rows, n]
   * @param y of the type of x; it does not overlap x, or lies exactly as it does
   */
  public static void run(boolean log, Strided x, Strided y) {
    groups(
        y,
        (row, count, perRow, spare) -> {
          int n = y.size(1);
          Strided from = x.rows(row, count);
          Strided to = y.rows(row, count);
          Strided top = perRow.rows(0, count);
          Strided each = top.expand(count, n); // a number of a row beside each of its elements
          fold(Reducer.MAX, from, top);
          if (log) {
            Strided sums = perRow.rows(count, count);
            EXP_SUB.run(spare, from, each);
            fold(Reducer.SUM, spare, sums);
            LOG.run(sums, sums);
            SUB_SUB.run(to, from, each, sums.expand(count, n));
          } else {
            EXP_SUB.run(to, from, each);
            fold(Reducer.SUM, to, top);
            DIV.run(to, to, each);
          }
        });
  }

  /**
   * The gradient of x from the gradient g of y: {@code dx = y (g - sum(g y))} of each row, or,
   * where y are logarithms, {@code dx = g - exp(y) sum(g)}.
   *
   * @param dx of the type of y and g; it overlaps neither
   */
  public static void backward(boolean log, Strided y, Strided g, Strided dx) {
    groups(
        y,
        (row, count, perRow, spare) -> {
          int n = y.size(1);
          Strided of = y.rows(row, count);
          Strided from = g.rows(row, count);
          Strided to = dx.rows(row, count);
          Strided sums = perRow.rows(0, count);
          if (log) {
            fold(Reducer.SUM, from, sums);
            MINUS_SHARE.run(to, from, of, sums.expand(count, n));
          } else {
            MUL.run(spare, from, of);
            fold(Reducer.SUM, spare, sums);
            TIMES_REST.run(to, of, from, sums.expand(count, n));
          }
        });
  }

  @FunctionalInterface
  interface Group {
    /**
     * Works on {@code count} rows from {@code row} on.
     *
     * @param perRow room for two numbers per row, a column
     * @param spare room for the rows themselves
     */
    void run(int row, int count, Strided perRow, Strided spare);
  }

  static void groups(Strided like, Group work) {
    int rows = like.size(0);
    int n = like.size(1);
    if (rows == 0 || n == 0) {
      return;
    }
    int each = Math.clamp(PairwiseTree.STAGE / n, 1, rows);
    Parts.run(
        Math.ceilDiv(rows, each),
        (long) COST * each * n,
        (begin, end) -> {
          Strided perRow = Strided.scratch(like.array(), 2 * each, 1);
          Strided spare = Strided.scratch(like.array(), each, n);
          for (int group = begin; group < end; group++) {
            int row = group * each;
            int count = Math.min(each, rows - row);
            work.run(row, count, perRow, spare.rows(0, count));
          }
          perRow.release();
          spare.release();
        });
  }

  /** Folds each row into a column. */
  static void fold(Reducer fold, Strided x, Strided out) {
    Reduce.run(fold, x, out.select(1, 0));
  }
}
