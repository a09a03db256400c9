package gradus.kernel.reduce;

import gradus.formula.Expr;
import gradus.kernel.compile.ElementwiseKernel;
import gradus.kernel.reduce.Softmax.Matrix;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Cross-entropy of the softmax of each row of x, [rows, n] without gaps, with a class or with
 * probabilities; all arrays are float, or all double, but for classes.
 *
 * <p>Of each row its largest element {@code top} and {@code log(sum(exp(x - top)))} are kept, apart
 * from each other since their sum would lose the digits of the smaller one. With them the gradient
 * finds the softmax again in one pass.
 */
public final class CrossEntropy {
  private static final Expr X = Expr.arg(0);
  private static final Expr TOP = Expr.arg(1);
  private static final Expr LOG = Expr.arg(2);
  private static final Expr D = Expr.arg(3);
  private static final Expr E = Expr.arg(4);

  private static final Expr SHARE = X.sub(TOP).sub(LOG).exp();

  private static final ElementwiseKernel EXP_SUB = Softmax.kernel(X.sub(TOP).exp());
  private static final ElementwiseKernel LOG_OF = Softmax.kernel(X.log());
  private static final ElementwiseKernel MUL = Softmax.kernel(X.mul(TOP));
  private static final ElementwiseKernel WEIGHED = Softmax.kernel(TOP.sub(X).add(LOG).mul(D));
  private static final ElementwiseKernel SHARES = Softmax.kernel(SHARE.mul(D));
  private static final ElementwiseKernel DIFFERENCE =
      Softmax.kernel(SHARE.mul(D).sub(E).mul(Expr.arg(5)));

  private CrossEntropy() {}

  /**
   * x and what is kept of its rows.
   *
   * @param kept [2, rows]: the largest elements, then the logarithms
   */
  public record Scores(int rows, int n, Object x, int xo, Object kept, int ko) {
    private Matrix matrix(int row) {
      return new Matrix(x, xo + row * n, n, 1);
    }

    private Matrix top(int row) {
      return new Matrix(kept, ko + row, 1, 0);
    }

    private Matrix log(int row) {
      return new Matrix(kept, ko + rows + row, 1, 0);
    }

    private void keep(int row, int count, Matrix spare) {
      Softmax.fold(Fold.MAX, count, n, matrix(row), top(row));
      Softmax.apply(EXP_SUB, count, n, spare, matrix(row), top(row));
      Softmax.fold(Fold.SUM, count, n, spare, log(row));
      Softmax.apply(LOG_OF, count, 1, log(row), log(row));
    }
  }

  /** A class for each row, and a factor of its loss; without factors they are 1. */
  public record Classes(long[] index, int io, @Nullable Object factor, int fo) {}

  /**
   * {@code losses[i] = (log(sum(exp(x[i]))) - x[i, index[i]]) factor[i]}, 0 where the factor is 0.
   */
  public static void forward(Scores s, Classes of, Object losses, int lo) {
    Softmax.groups(
        s.rows,
        s.n,
        losses,
        (row, count, perRow, spare) -> {
          s.keep(row, count, spare);
          for (int i = row; i < row + count; i++) {
            int c = s.xo + i * s.n + (int) of.index[of.io + i];
            if (losses instanceof float[] y) {
              float[] kept = (float[]) s.kept;
              float loss = kept[s.ko + i] - ((float[]) s.x)[c] + kept[s.ko + s.rows + i];
              float f = of.factor == null ? 1 : ((float[]) of.factor)[of.fo + i];
              y[lo + i] = f == 0 ? 0 : loss * f;
            } else {
              double[] kept = (double[]) s.kept;
              double loss = kept[s.ko + i] - ((double[]) s.x)[c] + kept[s.ko + s.rows + i];
              double f = of.factor == null ? 1 : ((double[]) of.factor)[of.fo + i];
              ((double[]) losses)[lo + i] = f == 0 ? 0 : loss * f;
            }
          }
        });
  }

  /** {@code dx = (softmax(x) - (c == index)) factor g}, g of the losses; dx lies as x does. */
  public static void backward(Scores s, Classes of, Object g, int go, Object dx, int dxo) {
    Softmax.groups(
        s.rows,
        s.n,
        dx,
        (row, count, perRow, spare) -> {
          Matrix each = new Matrix(g, go + row, 1, 0);
          if (of.factor != null) {
            Softmax.apply(MUL, count, 1, perRow, each, new Matrix(of.factor, of.fo + row, 1, 0));
            each = perRow;
          }
          Matrix to = new Matrix(dx, dxo + row * s.n, s.n, 1);
          Softmax.apply(SHARES, count, s.n, to, s.matrix(row), s.top(row), s.log(row), each);
          for (int i = 0; i < count; i++) {
            int begin = dxo + (row + i) * s.n;
            int c = begin + (int) of.index[of.io + row + i];
            if (dx instanceof float[] d) {
              d[c] -= ((float[]) each.array())[each.offset() + i];
              if (of.factor != null && ((float[]) of.factor)[of.fo + row + i] == 0) {
                Arrays.fill(d, begin, begin + s.n, 0);
              }
            } else {
              double[] d = (double[]) dx;
              d[c] -= ((double[]) each.array())[each.offset() + i];
              if (of.factor != null && ((double[]) of.factor)[of.fo + row + i] == 0) {
                Arrays.fill(d, begin, begin + s.n, 0);
              }
            }
          }
        });
  }

  /**
   * {@code losses[i] = sum over c of (log(sum(exp(x[i]))) - x[i, c]) t[i, c]}.
   *
   * @param tRow the distance between rows of t: 0 for one row for all
   */
  public static void forward(Scores s, Object t, int to, int tRow, Object losses, int lo) {
    Softmax.groups(
        s.rows,
        s.n,
        losses,
        (row, count, perRow, spare) -> {
          s.keep(row, count, spare);
          Matrix target = new Matrix(t, to + row * tRow, tRow, 1);
          Softmax.apply(WEIGHED, count, s.n, spare, s.matrix(row), s.top(row), s.log(row), target);
          Softmax.fold(Fold.SUM, count, s.n, spare, new Matrix(losses, lo + row, 1, 0));
        });
  }

  /** {@code dx = (softmax(x) sum(t) - t) g}, g of the losses; dx lies as x does. */
  public static void backward(
      Scores s, Object t, int to, int tRow, Object g, int go, Object dx, int dxo) {
    Softmax.groups(
        s.rows,
        s.n,
        dx,
        (row, count, perRow, spare) -> {
          Matrix target = new Matrix(t, to + row * tRow, tRow, 1);
          Softmax.fold(Fold.SUM, count, s.n, target, perRow);
          Softmax.apply(
              DIFFERENCE,
              count,
              s.n,
              new Matrix(dx, dxo + row * s.n, s.n, 1),
              s.matrix(row),
              s.top(row),
              s.log(row),
              perRow,
              target,
              new Matrix(g, go + row, 1, 0));
        });
  }
}
