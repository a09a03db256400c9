package gradus.kernel.linalg;

import gradus.kernel.array.Strided;
import gradus.kernel.index.Parts;

/**
 * Products of matrices of integers, computed modulo 2^64: {@code C[m,n] = A[m,k] @ B[k,n]}, where
 * integers wrap around as everywhere in Java. Exact, so no order matters.
 */
public final class IntegerProduct {
  private IntegerProduct() {}

  /** One product for each matrix of C; A and B have its leading dimensions. Bytes are 0 to 255. */
  public static void run(Strided a, Strided b, Strided c) {
    int k = a.size(-1);
    for (int i = 0; i < c.matrices(); i++) {
      Strided left = a.matrix(i);
      long[] right = rows(b.matrix(i));
      Strided result = c.matrix(i);
      int n = result.size(1);
      Parts.run(
          result.size(0),
          (long) k * n,
          (begin, end) -> {
            for (int row = begin; row < end; row++) {
              write(product(rows(left.rows(row, 1)), right, n), result, row);
            }
          });
    }
  }

  /** A row of k numbers times k rows of n. */
  private static long[] product(long[] row, long[] matrix, int n) {
    long[] sums = new long[n];
    for (int p = 0; p < row.length; p++) {
      for (int j = 0; j < n; j++) {
        sums[j] += row[p] * matrix[p * n + j];
      }
    }
    return sums;
  }

  /** The elements of a matrix, row by row. */
  private static long[] rows(Strided m) {
    int n = m.size(1);
    long[] to = new long[m.size(0) * n];
    for (int i = 0; i < to.length; i++) {
      int at = m.at(i / n, i % n);
      to[i] =
          switch (m.array()) {
            case long[] x -> x[at];
            case int[] x -> x[at];
            case byte[] x -> x[at] & 0xff;
            default -> throw new AssertionError(m.array());
          };
    }
    return to;
  }

  private static void write(long[] sums, Strided to, int row) {
    for (int j = 0; j < sums.length; j++) {
      int at = to.at(row, j);
      switch (to.array()) {
        case long[] y -> y[at] = sums[j];
        case int[] y -> y[at] = (int) sums[j];
        case byte[] y -> y[at] = (byte) sums[j];
        default -> throw new AssertionError(to.array());
      }
    }
  }
}
