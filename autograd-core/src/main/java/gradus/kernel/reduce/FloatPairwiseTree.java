package gradus.kernel.reduce;

import gradus.kernel.array.Strided;

// Made from DoublePairwiseTree by FloatFromDouble, a test class: change that one.
/** The steps of the halving tree over {@code float}. */
final class FloatPairwiseTree extends PairwiseTree {
  @Override
  void pair(Reducer fold, Object from, int xo, int h, Object to, int so, int n) {
    float[] x = (float[]) from;
    float[] s = (float[]) to;
    switch (fold) {
      case SUM -> {
        for (int j = 0; j < n; j++) {
          s[so + j] = x[xo + j] + x[xo + h + j];
        }
      }
      case MAX -> {
        for (int j = 0; j < n; j++) {
          s[so + j] = Math.max(x[xo + j], x[xo + h + j]);
        }
      }
      case PROD, MIN -> { // rare
        for (int j = 0; j < n; j++) {
          s[so + j] = of(fold, x[xo + j], x[xo + h + j]);
        }
      }
    }
  }

  @Override
  void eight(Reducer fold, Object from, int xo, int h, Object to, int so, int n) {
    float[] x = (float[]) from;
    float[] s = (float[]) to;
    switch (fold) {
      case SUM -> {
        for (int j = 0, i = xo; j < n; j++, i++) {
          s[so + j] =
              ((x[i] + x[i + 4 * h]) + (x[i + 2 * h] + x[i + 6 * h]))
                  + ((x[i + h] + x[i + 5 * h]) + (x[i + 3 * h] + x[i + 7 * h]));
        }
      }
      case MAX -> {
        for (int j = 0, i = xo; j < n; j++, i++) {
          float a = Math.max(Math.max(x[i], x[i + 4 * h]), Math.max(x[i + 2 * h], x[i + 6 * h]));
          float b =
              Math.max(Math.max(x[i + h], x[i + 5 * h]), Math.max(x[i + 3 * h], x[i + 7 * h]));
          s[so + j] = Math.max(a, b);
        }
      }
      case PROD, MIN -> {
        for (int j = 0, i = xo; j < n; j++, i++) {
          float a = of(fold, of(fold, x[i], x[i + 4 * h]), of(fold, x[i + 2 * h], x[i + 6 * h]));
          float b =
              of(fold, of(fold, x[i + h], x[i + 5 * h]), of(fold, x[i + 3 * h], x[i + 7 * h]));
          s[so + j] = of(fold, a, b);
        }
      }
    }
  }

  @Override
  void shortRows(Reducer fold, Strided rows, Strided to) {
    float[] x = (float[]) rows.array();
    float[] out = (float[]) to.array();
    int n = rows.size(1);
    int os = to.stride(0);
    int oo = to.offset();
    int xo = rows.offset();
    int stride = rows.stride(0);
    int count = to.size(0);
    if (fold == Reducer.SUM) {
      for (int r = 0; r < count; r++, xo += stride) {
        out[oo + r * os] = sum(x, xo, n);
      }
      return;
    }
    if (fold == Reducer.MAX) { // in any order
      for (int r = 0; r < count; r++, xo += stride) {
        float most = x[xo];
        for (int i = 1; i < n; i++) {
          most = Math.max(most, x[xo + i]);
        }
        out[oo + r * os] = most;
      }
      return;
    }
    float none = (float) (fold.identity());
    for (int r = 0; r < count; r++, xo += stride) {
      float a0 = at(fold, x, xo, n, 0, none);
      float a1 = at(fold, x, xo, n, 1, none);
      float a2 = at(fold, x, xo, n, 2, none);
      float a3 = at(fold, x, xo, n, 3, none);
      if (n > 4) {
        a0 = of(fold, a0, at(fold, x, xo, n, 4, none));
        a1 = of(fold, a1, at(fold, x, xo, n, 5, none));
        a2 = of(fold, a2, at(fold, x, xo, n, 6, none));
        a3 = of(fold, a3, at(fold, x, xo, n, 7, none));
      }
      out[oo + r * os] = of(fold, of(fold, a0, a2), of(fold, a1, a3));
    }
  }

  private static float sum(float[] x, int xo, int n) {
    float a0 = n > 8 ? x[xo] + x[xo + 8] : x[xo];
    float a1 = n > 9 ? x[xo + 1] + x[xo + 9] : n > 1 ? x[xo + 1] : -0f;
    float a2 = n > 10 ? x[xo + 2] + x[xo + 10] : n > 2 ? x[xo + 2] : -0f;
    float a3 = n > 11 ? x[xo + 3] + x[xo + 11] : n > 3 ? x[xo + 3] : -0f;
    if (n > 4) {
      a0 += n > 12 ? x[xo + 4] + x[xo + 12] : x[xo + 4];
      a1 += n > 13 ? x[xo + 5] + x[xo + 13] : n > 5 ? x[xo + 5] : -0f;
      a2 += n > 14 ? x[xo + 6] + x[xo + 14] : n > 6 ? x[xo + 6] : -0f;
      a3 += n > 15 ? x[xo + 7] + x[xo + 15] : n > 7 ? x[xo + 7] : -0f;
    }
    return (a0 + a2) + (a1 + a3);
  }

  /**
   * Element i folded with its partner i + 8, for n up to 16; {@code none} where there is neither.
   */
  private static float at(Reducer fold, float[] x, int xo, int n, int i, float none) {
    return i >= n ? none : i + 8 >= n ? x[xo + i] : of(fold, x[xo + i], x[xo + i + 8]);
  }

  private static float of(Reducer fold, float a, float b) {
    return switch (fold) {
      case SUM -> a + b;
      case PROD -> a * b;
      case MIN -> Math.min(a, b);
      case MAX -> Math.max(a, b);
    };
  }
}
