package gradus.kernel.gemm;

import gradus.kernel.array.Strided;
import java.util.Arrays;

/** The loops for double. */
final class DoubleGemmLoops implements GemmLoops {
  @Override
  public boolean isDouble() {
    return true;
  }

  @Override
  public void copy(Strided from, Object to, int offset, int row) {
    double[] target = (double[]) to;
    if (from.stride(1) != 1) {
      transpose(from, target, offset, row);
      return;
    }
    double[] source = (double[]) from.array();
    for (int i = 0; i < from.size(0); i++) {
      copyRow(from.size(1), source, from.at(i, 0), target, offset + i * row);
    }
  }

  private static void copyRow(int columns, double[] from, int fo, double[] to, int offset) {
    if (columns >= 16) {
      System.arraycopy(from, fo, to, offset, columns);
      return;
    }
    for (int j = 0; j < columns; j++) {
      to[offset + j] = from[fo + j];
    }
  }

  /** Four rows at a time, so that both sides are read and written by whole cache lines. */
  private static void transpose(Strided source, double[] to, int offset, int toRow) {
    double[] from = (double[]) source.array();
    int rows = source.size(0);
    int columns = source.size(1);
    int fromRow = source.stride(0);
    int fromColumn = source.stride(1);
    int i = 0;
    for (; i + 4 <= rows; i += 4) {
      int f = source.at(i, 0);
      int t = offset + i * toRow;
      for (int j = 0; j < columns; j++, f += fromColumn, t++) {
        to[t] = from[f];
        to[t + toRow] = from[f + fromRow];
        to[t + 2 * toRow] = from[f + 2 * fromRow];
        to[t + 3 * toRow] = from[f + 3 * fromRow];
      }
    }
    for (; i < rows; i++) {
      int f = source.at(i, 0);
      int t = offset + i * toRow;
      for (int j = 0; j < columns; j++) {
        to[t + j] = from[f + j * fromColumn];
      }
    }
  }

  @Override
  public void rows(Strided a, Strided b, Strided c, boolean fresh) {
    int k = a.size(1);
    int n = c.size(1);
    double[] left = (double[]) a.array();
    double[] out = (double[]) c.array();
    double[][] right = new double[k][n];
    for (int p = 0; p < k; p++) {
      row(b, p, right[p]);
    }
    double[] row = new double[n];
    for (int i = 0; i < c.size(0); i++) {
      if (fresh) {
        Arrays.fill(row, 0d);
      } else {
        System.arraycopy(out, c.at(i, 0), row, 0, n);
      }
      chains(left, a.at(i, 0), a.stride(1), right, row);
      System.arraycopy(row, 0, out, c.at(i, 0), n);
    }
  }

  private static void row(Strided of, int i, double[] to) {
    double[] from = (double[]) of.array();
    int at = of.at(i, 0);
    int step = of.stride(1);
    if (step == 1) {
      copyRow(to.length, from, at, to, 0);
      return;
    }
    for (int j = 0; j < to.length; j++) {
      to[j] = from[at + j * step];
    }
  }

  private static void chains(double[] a, int ao, int step, double[][] b, double[] c) {
    int p = 0;
    for (; p + 4 <= b.length; p += 4) {
      axpy4(a, ao + p * step, step, b, p, c);
    }
    for (; p < b.length; p++) {
      axpy(a[ao + p * step], b[p], c);
    }
  }

  /**
   * Four steps of all chains of a row. The compiler turns this loop into vectors, but only as long
   * as every array is read at the bare index: with offsets it would have to know that none of them
   * overlap.
   */
  private static void axpy4(double[] a, int at, int step, double[][] b, int p, double[] c) {
    double a0 = a[at], a1 = a[at + step], a2 = a[at + 2 * step], a3 = a[at + 3 * step];
    double[] b0 = b[p], b1 = b[p + 1], b2 = b[p + 2], b3 = b[p + 3];
    for (int j = 0; j < c.length; j++) {
      c[j] =
          Math.fma(a3, b3[j], Math.fma(a2, b2[j], Math.fma(a1, b1[j], Math.fma(a0, b0[j], c[j]))));
    }
  }

  private static void axpy(double a, double[] b, double[] c) {
    for (int j = 0; j < c.length; j++) {
      c[j] = Math.fma(a, b[j], c[j]);
    }
  }

  @Override
  public void dots(Strided a, Strided x, Strided y, boolean accumulate) {
    double[] left = (double[]) a.array();
    double[] right = (double[]) x.array();
    double[] out = (double[]) y.array();
    int m = y.size(0);
    int i = 0;
    for (; i + 8 <= m; i += 8) {
      dots8(a, x, y, i, accumulate);
    }
    for (; i < m; i++) {
      int at = y.at(i, 0);
      double acc = accumulate ? out[at] : 0d;
      int row = a.at(i, 0);
      int xo = x.offset();
      for (int p = 0; p < x.size(0); p++) {
        acc = Math.fma(left[row + p], right[xo + p], acc);
      }
      out[at] = acc;
    }
  }

  /**
   * Eight chains at once, from row i on: each waits four cycles for itself, so fewer would leave
   * the multipliers idle.
   */
  private static void dots8(Strided of, Strided with, Strided to, int i, boolean accumulate) {
    double[] a = (double[]) of.array();
    double[] x = (double[]) with.array();
    double[] y = (double[]) to.array();
    int k = with.size(0);
    int xo = with.offset();
    int yo = to.at(i, 0);
    int ys = to.stride(0);
    int next = of.stride(0);
    int r0 = of.at(i, 0), r1 = r0 + next, r2 = r1 + next, r3 = r2 + next;
    int r4 = r3 + next, r5 = r4 + next, r6 = r5 + next, r7 = r6 + next;
    double y0 = accumulate ? y[yo] : 0d;
    double y1 = accumulate ? y[yo + ys] : 0d;
    double y2 = accumulate ? y[yo + 2 * ys] : 0d;
    double y3 = accumulate ? y[yo + 3 * ys] : 0d;
    double y4 = accumulate ? y[yo + 4 * ys] : 0d;
    double y5 = accumulate ? y[yo + 5 * ys] : 0d;
    double y6 = accumulate ? y[yo + 6 * ys] : 0d;
    double y7 = accumulate ? y[yo + 7 * ys] : 0d;
    for (int p = 0; p < k; p++) {
      double v = x[xo + p];
      y0 = Math.fma(a[r0 + p], v, y0);
      y1 = Math.fma(a[r1 + p], v, y1);
      y2 = Math.fma(a[r2 + p], v, y2);
      y3 = Math.fma(a[r3 + p], v, y3);
      y4 = Math.fma(a[r4 + p], v, y4);
      y5 = Math.fma(a[r5 + p], v, y5);
      y6 = Math.fma(a[r6 + p], v, y6);
      y7 = Math.fma(a[r7 + p], v, y7);
    }
    y[yo] = y0;
    y[yo + ys] = y1;
    y[yo + 2 * ys] = y2;
    y[yo + 3 * ys] = y3;
    y[yo + 4 * ys] = y4;
    y[yo + 5 * ys] = y5;
    y[yo + 6 * ys] = y6;
    y[yo + 7 * ys] = y7;
  }
}
