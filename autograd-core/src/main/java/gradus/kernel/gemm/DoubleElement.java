package gradus.kernel.gemm;

import gradus.kernel.threads.Scratch;
import java.util.Arrays;

/** The loops for double. {@link FloatElement} is its mirror. */
final class DoubleElement implements Element {
  @Override
  public boolean isDouble() {
    return true;
  }

  @Override
  public Object newArray(int n) {
    return new double[n];
  }

  @Override
  public Object scratch(int n) {
    return Scratch.doubles(n);
  }

  @Override
  public void release(Object array) {
    Scratch.release((double[]) array);
  }

  @Override
  public void zero(int rows, int columns, Object to, int offset, int rowStride) {
    for (int i = 0; i < rows; i++) {
      int o = offset + i * rowStride;
      Arrays.fill((double[]) to, o, o + columns, 0d);
    }
  }

  @Override
  public void copy(
      int rows,
      int columns,
      Object from,
      int fo,
      int fromRow,
      int fromColumn,
      Object to,
      int offset,
      int toRow) {
    double[] source = (double[]) from;
    double[] target = (double[]) to;
    if (fromColumn == 1) {
      for (int i = 0; i < rows; i++) {
        copyRow(columns, source, fo + i * fromRow, target, offset + i * toRow);
      }
    } else {
      transpose(rows, columns, source, fo, fromRow, fromColumn, target, offset, toRow);
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
  private static void transpose(
      int rows,
      int columns,
      double[] from,
      int fo,
      int fromRow,
      int fromColumn,
      double[] to,
      int offset,
      int toRow) {
    int i = 0;
    for (; i + 4 <= rows; i += 4) {
      int f = fo + i * fromRow;
      int t = offset + i * toRow;
      for (int j = 0; j < columns; j++, f += fromColumn, t++) {
        to[t] = from[f];
        to[t + toRow] = from[f + fromRow];
        to[t + 2 * toRow] = from[f + 2 * fromRow];
        to[t + 3 * toRow] = from[f + 3 * fromRow];
      }
    }
    for (; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        to[offset + i * toRow + j] = from[fo + i * fromRow + j * fromColumn];
      }
    }
  }

  @Override
  public void rows(
      int m,
      int n,
      int k,
      Object a,
      int ao,
      int ars,
      int acs,
      Object b,
      int bo,
      int brs,
      int bcs,
      Object c,
      int co,
      int crs,
      boolean fresh) {
    double[] left = (double[]) a;
    double[] out = (double[]) c;
    double[][] right = new double[k][n];
    for (int p = 0; p < k; p++) {
      copy(1, n, b, bo + p * brs, 0, bcs, right[p], 0, 0);
    }
    double[] row = new double[n];
    for (int i = 0; i < m; i++) {
      if (fresh) {
        Arrays.fill(row, 0d);
      } else {
        System.arraycopy(out, co + i * crs, row, 0, n);
      }
      chains(k, left, ao + i * ars, acs, right, row);
      System.arraycopy(row, 0, out, co + i * crs, n);
    }
  }

  private static void chains(int k, double[] a, int ao, int acs, double[][] b, double[] c) {
    int p = 0;
    for (; p + 4 <= k; p += 4) {
      int at = ao + p * acs;
      axpy4(
          a[at],
          a[at + acs],
          a[at + 2 * acs],
          a[at + 3 * acs],
          b[p],
          b[p + 1],
          b[p + 2],
          b[p + 3],
          c);
    }
    for (; p < k; p++) {
      axpy(a[ao + p * acs], b[p], c);
    }
  }

  /**
   * Four steps of all chains of a row. The compiler turns this loop into vectors, but only as long
   * as every array is read at the bare index: with offsets it would have to know that none of them
   * overlap.
   */
  private static void axpy4(
      double a0,
      double a1,
      double a2,
      double a3,
      double[] b0,
      double[] b1,
      double[] b2,
      double[] b3,
      double[] c) {
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
  public void dots(
      int m,
      int k,
      Object a,
      int ao,
      int ars,
      Object x,
      int xo,
      Object y,
      int yo,
      int ys,
      boolean accumulate) {
    double[] left = (double[]) a;
    double[] right = (double[]) x;
    double[] out = (double[]) y;
    int i = 0;
    for (; i + 8 <= m; i += 8) {
      dots8(k, left, ao + i * ars, ars, right, xo, out, yo + i * ys, ys, accumulate);
    }
    for (; i < m; i++) {
      double acc = accumulate ? out[yo + i * ys] : 0d;
      int row = ao + i * ars;
      for (int p = 0; p < k; p++) {
        acc = Math.fma(left[row + p], right[xo + p], acc);
      }
      out[yo + i * ys] = acc;
    }
  }

  /**
   * Eight chains at once: each waits four cycles for itself, so fewer would leave the multipliers
   * idle.
   */
  private static void dots8(
      int k,
      double[] a,
      int ao,
      int ars,
      double[] x,
      int xo,
      double[] y,
      int yo,
      int ys,
      boolean accumulate) {
    int r1 = ao + ars;
    int r2 = r1 + ars;
    int r3 = r2 + ars;
    int r4 = r3 + ars;
    int r5 = r4 + ars;
    int r6 = r5 + ars;
    int r7 = r6 + ars;
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
      y0 = Math.fma(a[ao + p], v, y0);
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
