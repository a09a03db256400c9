package gradus.kernel.reduce;

import gradus.formula.Expr;
import gradus.kernel.array.Fill;
import gradus.kernel.array.Strided;
import gradus.kernel.compile.ElementwiseKernel;
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

  private static final ElementwiseKernel WEIGHED = Softmax.kernel(TOP.sub(X).add(LOG).mul(D));
  private static final ElementwiseKernel SHARES = Softmax.kernel(SHARE.mul(D));
  private static final ElementwiseKernel DIFFERENCE =
      Softmax.kernel(SHARE.mul(D).sub(E).mul(Expr.arg(5)));

  private CrossEntropy() {}

  /**
   * x and what is kept of its rows.
   *
   * @param x [rows, n]
   * @param kept [2, rows]: the largest elements, then the logarithms; without gaps
   */
  public record Scores(Strided x, Strided kept) {
    private int n() {
      return x.size(1);
    }

    /** The largest element of each of some rows, a column. */
    private Strided top(int row, int count) {
      return column(0, row, count);
    }

    /** Their logarithms. */
    private Strided log(int row, int count) {
      return column(1, row, count);
    }

    private Strided column(int which, int row, int count) {
      return Strided.matrix(kept.array(), kept.at(which, row), count, 1, kept.stride(1), 0);
    }

    private void keep(int row, int count, Strided spare) {
      Strided top = top(row, count);
      Strided log = log(row, count);
      Strided rows = x.rows(row, count);
      Softmax.fold(Reducer.MAX, rows, top);
      Softmax.EXP_SUB.run(spare, rows, top.expand(count, n()));
      Softmax.fold(Reducer.SUM, spare, log);
      Softmax.LOG.run(log, log);
    }

    /** A formula of rows, of what is kept of them, and of more operands, which broadcast. */
    private void apply(ElementwiseKernel kernel, int row, Strided to, Strided... more) {
      int count = to.size(0);
      Strided[] all = new Strided[more.length + 4];
      all[0] = to;
      all[1] = x.rows(row, count);
      all[2] = top(row, count).expand(count, n());
      all[3] = log(row, count).expand(count, n());
      for (int i = 0; i < more.length; i++) {
        all[i + 4] = more[i].expand(count, n());
      }
      kernel.run(all);
    }
  }

  /** Some elements of a vector, stood up. */
  private static Strided column(Strided of, int row, int count) {
    int step = of.stride(0);
    return Strided.matrix(of.array(), of.offset() + row * step, count, 1, step, 0);
  }

  /**
   * A class for each row, and a factor of its loss; without factors they are 1.
   *
   * @param index of long
   */
  public record Classes(Strided index, @Nullable Strided factor) {
    private int of(int row) {
      return (int) ((long[]) index.array())[index.offset() + row * index.stride(0)];
    }

    private double factor(int row) {
      return factor == null ? 1 : number(factor.array(), factor.offset() + row * factor.stride(0));
    }
  }

  /** An element of an array of float or double, exactly. */
  private static double number(Object array, int at) {
    return array instanceof float[] x ? x[at] : ((double[]) array)[at];
  }

  /**
   * {@code losses[i] = (log(sum(exp(x[i]))) - x[i, index[i]]) factor[i]}, 0 where the factor is 0.
   */
  public static void forward(Scores s, Classes of, Strided losses) {
    Softmax.groups(
        s.x,
        (row, count, perRow, spare) -> {
          s.keep(row, count, spare);
          for (int i = row; i < row + count; i++) {
            double top = number(s.kept.array(), s.kept.at(0, i));
            double log = number(s.kept.array(), s.kept.at(1, i));
            double x = number(s.x.array(), s.x.at(i, of.of(i)));
            double f = of.factor(i);
            int at = losses.offset() + i * losses.stride(0);
            if (losses.array() instanceof float[] y) {
              y[at] = f == 0 ? 0 : ((float) top - (float) x + (float) log) * (float) f;
            } else {
              ((double[]) losses.array())[at] = f == 0 ? 0 : (top - x + log) * f;
            }
          }
        });
  }

  /** {@code dx = (softmax(x) - (c == index)) factor g}, g of the losses; dx lies as x does. */
  public static void backward(Scores s, Classes of, Strided g, Strided dx) {
    Softmax.groups(
        s.x,
        (row, count, perRow, spare) -> {
          Strided each = column(g, row, count);
          if (of.factor != null) {
            Strided product = perRow.rows(0, count);
            Softmax.MUL.run(product, each, column(of.factor, row, count));
            each = product;
          }
          s.apply(SHARES, row, dx.rows(row, count), each);
          for (int i = 0; i < count; i++) {
            int c = dx.at(row + i, of.of(row + i));
            if (dx.array() instanceof float[] d) {
              d[c] -= ((float[]) each.array())[each.at(i, 0)];
            } else {
              ((double[]) dx.array())[c] -= ((double[]) each.array())[each.at(i, 0)];
            }
            if (of.factor(row + i) == 0) {
              Fill.run(dx.rows(row + i, 1), 0);
            }
          }
        });
  }

  /**
   * {@code losses[i] = sum over c of (log(sum(exp(x[i]))) - x[i, c]) t[i, c]}.
   *
   * @param t [rows, n], whose rows may be one
   */
  public static void forward(Scores s, Strided t, Strided losses) {
    Softmax.groups(
        s.x,
        (row, count, perRow, spare) -> {
          s.keep(row, count, spare);
          s.apply(WEIGHED, row, spare, t.rows(row, count));
          Softmax.fold(Reducer.SUM, spare, column(losses, row, count));
        });
  }

  /** {@code dx = (softmax(x) sum(t) - t) g}, g of the losses; dx lies as x does. */
  public static void backward(Scores s, Strided t, Strided g, Strided dx) {
    Softmax.groups(
        s.x,
        (row, count, perRow, spare) -> {
          Strided target = t.rows(row, count);
          Strided sums = perRow.rows(0, count);
          Softmax.fold(Reducer.SUM, target, sums);
          s.apply(DIFFERENCE, row, dx.rows(row, count), sums, target, column(g, row, count));
        });
  }
}
