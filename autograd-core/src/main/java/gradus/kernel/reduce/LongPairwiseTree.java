package gradus.kernel.reduce;

import gradus.kernel.array.Strided;

/** The steps of the halving tree over {@code long}. */
final class LongPairwiseTree extends PairwiseTree {
  @Override
  void pair(Reducer fold, Object from, int xo, int h, Object to, int so, int n) {
    long[] x = (long[]) from;
    long[] s = (long[]) to;
    for (int j = 0; j < n; j++) {
      s[so + j] = of(fold, x[xo + j], x[xo + h + j]);
    }
  }

  @Override
  void eight(Reducer fold, Object from, int xo, int h, Object to, int so, int n) {
    long[] x = (long[]) from;
    long[] s = (long[]) to;
    for (int j = 0, i = xo; j < n; j++, i++) {
      long a = of(fold, of(fold, x[i], x[i + 4 * h]), of(fold, x[i + 2 * h], x[i + 6 * h]));
      long b = of(fold, of(fold, x[i + h], x[i + 5 * h]), of(fold, x[i + 3 * h], x[i + 7 * h]));
      s[so + j] = of(fold, a, b);
    }
  }

  @Override
  void shortRows(Reducer fold, Strided rows, Strided to) {
    long[] x = (long[]) rows.array();
    long[] out = (long[]) to.array();
    int n = rows.size(1);
    int os = to.stride(0);
    int oo = to.offset();
    int xo = rows.offset();
    int stride = rows.stride(0);
    int count = to.size(0);
    for (int r = 0; r < count; r++, xo += stride) { // in any order
      long folded = x[xo];
      for (int i = 1; i < n; i++) {
        folded = of(fold, folded, x[xo + i]);
      }
      out[oo + r * os] = folded;
    }
  }

  private static long of(Reducer fold, long a, long b) {
    return switch (fold) {
      case SUM -> a + b;
      case PROD -> a * b;
      case MIN -> Math.min(a, b);
      case MAX -> Math.max(a, b);
    };
  }
}
