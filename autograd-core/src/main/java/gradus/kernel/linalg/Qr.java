package gradus.kernel.linalg;

import gradus.kernel.array.Strided;
import gradus.kernel.index.Parts;

/**
 * Matrices as Q R by Householder's reflections, with the signs of LAPACK's geqrf: a reflection
 * turns the sign of the diagonal, and a column that is zero below its diagonal needs none. Golub
 * and Van Loan, "Matrix Computations", algorithm 5.2.1.
 */
public final class Qr {
  private final int m;
  private final int n;
  private final int k;
  private final double[] a; // R, and below its diagonal the reflections
  private final double[] scales;
  private final double[] sums;

  private Qr(int m, int n) {
    this.m = m;
    this.n = n;
    k = Math.min(m, n);
    a = new double[m * n];
    scales = new double[k];
    sums = new double[Math.max(n, k)];
  }

  /** Factors each matrix [m,n] of a batch into Q [m,k] and R [k,n], k the lesser of m and n. */
  public static void run(Strided a, Strided q, Strided r) {
    int m = a.size(-2);
    int n = a.size(-1);
    int k = Math.min(m, n);
    Parts.run(
        a.matrices(),
        2L * m * n * k,
        (begin, end) -> {
          var f = new Qr(m, n);
          double[] result = new double[Math.max(m, n) * k];
          for (int i = begin; i < end; i++) {
            Doubles.read(a.matrix(i), f.a);
            f.factor();
            f.upper(result);
            Doubles.write(result, r.matrix(i));
            f.orthogonal(result);
            Doubles.write(result, q.matrix(i));
          }
        });
  }

  private void factor() {
    for (int j = 0; j < k; j++) {
      double rest = norm(j);
      scales[j] = 0;
      if (rest == 0) {
        continue;
      }
      double first = a[j * n + j];
      double whole = -Math.copySign(length(first, rest), first);
      scales[j] = (whole - first) / whole;
      for (int i = j + 1; i < m; i++) {
        a[i * n + j] /= first - whole;
      }
      reflect(j, a, n, j + 1, n);
      a[j * n + j] = whole;
    }
  }

  /** The length of column j below the diagonal, which cannot overflow before it must. */
  private double norm(int j) {
    double largest = 0;
    for (int i = j + 1; i < m; i++) {
      largest = Math.max(largest, Math.abs(a[i * n + j]));
    }
    if (largest == 0 || largest == Double.POSITIVE_INFINITY) {
      return largest;
    }
    double sum = 0;
    for (int i = j + 1; i < m; i++) {
      double x = a[i * n + j] / largest;
      sum += x * x;
    }
    return largest * Math.sqrt(sum);
  }

  private static double length(double x, double y) {
    double largest = Math.max(Math.abs(x), Math.abs(y));
    double a = x / largest;
    double b = y / largest;
    return largest * Math.sqrt(a * a + b * b);
  }

  /** Reflection j of some columns: x - scale v (v' x), v being 1 at j and what lies below. */
  private void reflect(int j, double[] x, int columns, int from, int to) {
    int width = to - from;
    System.arraycopy(x, j * columns + from, sums, 0, width);
    for (int i = j + 1; i < m; i++) {
      Doubles.subtract(-a[i * n + j], x, i * columns + from, sums, 0, width);
    }
    Doubles.subtract(scales[j], sums, 0, x, j * columns + from, width);
    for (int i = j + 1; i < m; i++) {
      Doubles.subtract(scales[j] * a[i * n + j], sums, 0, x, i * columns + from, width);
    }
  }

  private void upper(double[] r) {
    for (int i = 0; i < k; i++) {
      for (int j = 0; j < n; j++) {
        r[i * n + j] = j < i ? 0 : a[i * n + j];
      }
    }
  }

  /** The first k columns of the product of all reflections. */
  private void orthogonal(double[] q) {
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < k; j++) {
        q[i * k + j] = i == j ? 1 : 0;
      }
    }
    for (int j = k - 1; j >= 0; j--) {
      reflect(j, q, k, j, k);
    }
  }
}
