package gradus.kernel.reduce;

import gradus.kernel.array.Strided;
import gradus.kernel.compile.Compute;

/** The steps of the halving tree over {@code long}. */
final class LongLanes extends Lanes {
  @Override
  Compute compute() {
    return Compute.LONG;
  }

  @Override
  Object array(int length) {
    return new long[length];
  }

  @Override
  void pair(Fold fold, Object from, int xo, int h, Object to, int so, int n) {
    long[] x = (long[]) from;
    long[] s = (long[]) to;
    for (int j = 0; j < n; j++) {
      s[so + j] = of(fold, x[xo + j], x[xo + h + j]);
    }
  }

  @Override
  void eight(Fold fold, Object from, int xo, int h, Object to, int so, int n) {
    long[] x = (long[]) from;
    long[] s = (long[]) to;
    for (int j = 0, i = xo; j < n; j++, i++) {
      long a = of(fold, of(fold, x[i], x[i + 4 * h]), of(fold, x[i + 2 * h], x[i + 6 * h]));
      long b = of(fold, of(fold, x[i + h], x[i + 5 * h]), of(fold, x[i + 3 * h], x[i + 7 * h]));
      s[so + j] = of(fold, a, b);
    }
  }

  @Override
  void shortRows(Fold fold, Strided rows, Strided to) {
    long[] x = (long[]) rows.array();
    long[] out = (long[]) to.array();
    int n = rows.size(1);
    int os = to.stride(0);
    int oo = to.offset();
    int xo = rows.offset();
    int stride = rows.stride(0);
    int count = to.size(0);
    long none =
        switch (fold) {
          case SUM -> 0;
          case PROD -> 1;
          case MIN -> Long.MAX_VALUE;
          case MAX -> Long.MIN_VALUE;
        };
    for (int r = 0; r < count; r++, xo += stride) {
      long a0 = at(fold, x, xo, n, 0, none);
      long a1 = at(fold, x, xo, n, 1, none);
      long a2 = at(fold, x, xo, n, 2, none);
      long a3 = at(fold, x, xo, n, 3, none);
      if (n > 4) {
        a0 = of(fold, a0, at(fold, x, xo, n, 4, none));
        a1 = of(fold, a1, at(fold, x, xo, n, 5, none));
        a2 = of(fold, a2, at(fold, x, xo, n, 6, none));
        a3 = of(fold, a3, at(fold, x, xo, n, 7, none));
      }
      out[oo + r * os] = of(fold, of(fold, a0, a2), of(fold, a1, a3));
    }
  }

  /**
   * Element i folded with its partner i + 8, for n up to 16; {@code none} where there is neither.
   */
  private static long at(Fold fold, long[] x, int xo, int n, int i, long none) {
    return i >= n ? none : i + 8 >= n ? x[xo + i] : of(fold, x[xo + i], x[xo + i + 8]);
  }

  private static long of(Fold fold, long a, long b) {
    return switch (fold) {
      case SUM -> a + b;
      case PROD -> a * b;
      case MIN -> Math.min(a, b);
      case MAX -> Math.max(a, b);
    };
  }
}
