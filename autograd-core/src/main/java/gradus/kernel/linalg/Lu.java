package gradus.kernel.linalg;

import gradus.kernel.array.Strided;
import gradus.kernel.index.Parts;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Square matrices as P L U: rows exchanged so that each pivot is the largest left in its column, L
 * with ones on its diagonal, U. Golub and Van Loan, "Matrix Computations", algorithm 3.4.1.
 */
public final class Lu {
  private final int n;
  private final double[] lu;
  private final int[] exchanged;

  private Lu(int n) {
    this.n = n;
    lu = new double[n * n];
    exchanged = new int[n];
  }

  /** The sign of each determinant, 0 if singular, and the logarithm of its absolute value. */
  public static void slogdet(Strided a, Strided sign, Strided log) {
    int n = a.size(-1);
    Parts.run(
        a.matrices(),
        cost(n, n),
        (begin, end) -> {
          var f = new Lu(n);
          for (int i = begin; i < end; i++) {
            f.factor(a.matrix(i));
            Doubles.set(sign, i, f.sign());
            Doubles.set(log, i, f.log());
          }
        });
  }

  /**
   * Solves A X = B for each matrix of a batch, [n,n] and [n,columns].
   *
   * @param b null for the identity
   * @return for each matrix, the first column without a pivot, or -1 if it is regular; what is
   *     written for a singular one is undefined
   */
  public static int[] solve(Strided a, @Nullable Strided b, Strided x) {
    int n = a.size(-1);
    int columns = x.size(-1);
    int[] pivots = new int[a.matrices()];
    Parts.run(
        pivots.length,
        cost(n, columns),
        (begin, end) -> {
          var f = new Lu(n);
          double[] right = new double[n * columns];
          for (int i = begin; i < end; i++) {
            f.factor(a.matrix(i));
            pivots[i] = f.singular();
            if (b == null) {
              Arrays.fill(right, 0);
              for (int d = 0; d < n; d++) {
                right[d * n + d] = 1;
              }
            } else {
              Doubles.read(b.matrix(i), right);
            }
            f.solve(columns, right);
            Doubles.write(right, x.matrix(i));
          }
        });
    return pivots;
  }

  private static long cost(int n, int columns) {
    return (long) n * n * (n + columns);
  }

  // --- one matrix ---

  private void factor(Strided a) {
    Doubles.read(a, lu);
    for (int k = 0; k < n; k++) {
      int best = k;
      for (int i = k + 1; i < n; i++) {
        if (Math.abs(lu[i * n + k]) > Math.abs(lu[best * n + k])) {
          best = i;
        }
      }
      exchanged[k] = best;
      exchange(lu, n, k, best);
      double pivot = lu[k * n + k];
      for (int i = k + 1; i < n && pivot != 0; i++) {
        double factor = lu[i * n + k] / pivot;
        lu[i * n + k] = factor;
        if (factor != 0) {
          Doubles.subtract(factor, lu, k * n + k + 1, lu, i * n + k + 1, n - k - 1);
        }
      }
    }
  }

  private static void exchange(double[] x, int columns, int i, int j) {
    for (int c = 0; i != j && c < columns; c++) {
      double t = x[i * columns + c];
      x[i * columns + c] = x[j * columns + c];
      x[j * columns + c] = t;
    }
  }

  private int singular() {
    for (int k = 0; k < n; k++) {
      if (lu[k * n + k] == 0) {
        return k;
      }
    }
    return -1;
  }

  private double sign() {
    double sign = 1;
    for (int k = 0; k < n; k++) {
      sign *= Math.signum(lu[k * n + k]) * (exchanged[k] == k ? 1 : -1);
    }
    return sign + 0.0; // never -0
  }

  private double log() {
    double sum = 0;
    for (int k = 0; k < n; k++) {
      sum += StrictMath.log(Math.abs(lu[k * n + k]));
    }
    return sum;
  }

  /** Replaces the right-hand sides by the solutions. */
  private void solve(int columns, double[] x) {
    for (int k = 0; k < n; k++) {
      exchange(x, columns, k, exchanged[k]);
    }
    for (int i = 0; i < n; i++) {
      eliminate(i, 0, i, columns, x);
    }
    for (int i = n - 1; i >= 0; i--) {
      eliminate(i, i + 1, n, columns, x);
      double pivot = lu[i * n + i];
      for (int c = 0; c < columns; c++) {
        x[i * columns + c] /= pivot;
      }
    }
  }

  private void eliminate(int row, int from, int to, int columns, double[] x) {
    for (int j = from; j < to; j++) {
      double factor = lu[row * n + j];
      if (factor != 0) {
        Doubles.subtract(factor, x, j * columns, x, row * columns, columns);
      }
    }
  }
}
