package gradus.kernel.reduce;

import gradus.kernel.index.Copy;

/**
 * The canonical order of a reduction, for one element type.
 *
 * <p>Up to {@link #BLOCK} rows are folded by halving: with h the largest power of two below their
 * number n, row i takes in row i + h, for i below n - h; what remains are h rows; and so on until
 * one is left. Three such steps are taken at once wherever n is a power of two, by {@link #eight}.
 * The tree is a matter of row numbers only: how a row is cut, where it lies and how many lanes the
 * processor has cannot show in the result.
 *
 * <p>A missing partner may be replaced by the neutral element, which for a sum is -0: x + -0 is x
 * for every x, and 0 would turn -0 into 0.
 */
abstract sealed class Lanes permits FloatLanes, DoubleLanes, LongLanes {
  /** The most rows that one tree spans: three steps of eight. */
  static final int BLOCK = 512;

  private static final int SHORT = 16;

  private static final Lanes FLOAT = new FloatLanes();
  private static final Lanes DOUBLE = new DoubleLanes();
  private static final Lanes LONG = new LongLanes();

  /** For results kept in this array; every integer type is folded as long. */
  static Lanes of(Object out) {
    return switch (out) {
      case float[] x -> FLOAT;
      case double[] x -> DOUBLE;
      default -> LONG;
    };
  }

  abstract Object array(int length);

  /** {@code s[j] = x[j] . x[j + h]} for j below n, from the given offsets. In place is allowed. */
  abstract void pair(Fold fold, Object x, int xo, int h, Object s, int so, int n);

  /** Three halvings of {@code x[j + k h]}, k = 0..7, into {@code s[j]}. In place is allowed. */
  abstract void eight(Fold fold, Object x, int xo, int h, Object s, int so, int n);

  /** Each of some rows of n contiguous elements, 1 to 16, into its place in {@code out}. */
  abstract void shortRows(
      Fold fold, Object x, int xo, int stride, int n, int rows, Object out, int oo, int os);

  /**
   * Folds each of {@code rows} contiguous runs of n elements, 1 to {@link #BLOCK}.
   *
   * @param stride from one run to the next
   * @param s scratch for n / 2 elements, rounded up to a power of two
   * @param os from one result to the next
   */
  final void along(
      Fold fold, Object x, int xo, int stride, int n, int rows, Object s, Object out, int oo, int os) {
    if (n <= SHORT) {
      shortRows(fold, x, xo, stride, n, rows, out, oo, os);
      return;
    }
    for (int r = 0; r < rows; r++) {
      int left = step(fold, x, xo + r * stride, 1, n, 1, s, 0);
      while (left > SHORT) {
        left = step(fold, s, 0, 1, left, 1, s, 0);
      }
      shortRows(fold, s, 0, 0, left, 1, out, oo + r * os, 0);
    }
  }

  /**
   * Folds n rows, 1 to {@link #BLOCK}, of {@code cols} contiguous elements into one such row.
   *
   * @param stride from one row to the next
   * @param s scratch for n / 2 rows, rounded up to a power of two; x itself if offset and stride are
   *     0 and cols
   * @param os from one result to the next
   */
  final void down(
      Fold fold, Object x, int xo, int stride, int n, int cols, Object s, Object out, int oo, int os) {
    while (n > 1) {
      boolean straightOut = os == 1 && (n == 2 || n == 8);
      n = step(fold, x, xo, stride, n, cols, straightOut ? out : s, straightOut ? oo : 0);
      x = straightOut ? out : s;
      xo = straightOut ? oo : 0;
      stride = cols;
    }
    if (x != out || xo != oo) {
      Copy.run(
          new int[] {cols}, x, xo, new int[] {1}, out, oo, new int[] {os});
    }
  }

  /** One or three halvings; the rows that remain lie densely from {@code s[so]}; their number. */
  private int step(
      Fold fold, Object x, int xo, int stride, int n, int cols, Object s, int so) {
    int h = Integer.highestOneBit(n - 1);
    boolean eight = n == 2 * h && n >= 8;
    int left = eight ? n / 8 : h;
    int paired = eight ? left : n - h;
    int runs = stride == cols ? 1 : paired;
    int run = stride == cols ? paired * cols : cols;
    for (int j = 0; j < runs; j++) {
      if (eight) {
        eight(fold, x, xo + j * stride, left * stride, s, so + j * cols, run);
      } else {
        pair(fold, x, xo + j * stride, h * stride, s, so + j * cols, run);
      }
    }
    if (paired < left && x != s) {
      int copies = runs == 1 && stride == cols ? 1 : left - paired;
      int copy = (left - paired) * cols / copies;
      for (int j = 0; j < copies; j++) {
        System.arraycopy(x, xo + (paired + j) * stride, s, so + paired * cols + j * cols, copy);
      }
    }
    return left;
  }
}
