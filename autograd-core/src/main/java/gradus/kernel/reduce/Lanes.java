package gradus.kernel.reduce;

import gradus.kernel.compile.Compute;
import gradus.kernel.index.Copy;
import java.util.Arrays;

/**
 * The canonical order of a reduction, for one element type.
 *
 * <p>Up to {@link #BLOCK} elements are folded by halving: with h the largest power of two below
 * their number n, element i takes in element i + h, for i below n - h; what remains are h elements;
 * and so on until one is left. Where n is a power of two, three halvings are taken at once. The
 * tree is a matter of element numbers only: how the loops are cut, where the elements lie and how
 * many lanes the processor has cannot show in the result.
 *
 * <p>A missing partner may be replaced by the neutral element, which for a sum is -0: x + -0 is x
 * for every x, and 0 would turn -0 into 0.
 */
abstract sealed class Lanes permits FloatLanes, DoubleLanes, LongLanes {
  /** The most elements that one tree spans: three steps of eight. */
  static final int BLOCK = 512;

  private static final int SHORT = 16;

  /** The most elements that scratch arrays hold: 64 KB of float. */
  static final int STAGE = 1 << 14;

  /** Steps with at least so many results run as a formula, which knows vectors. */
  private static final int FLAT = 128;

  private static final int RAGGED = 512;

  private static final double[] NO_SETTINGS = {};

  private final ThreadLocal<Object[]> scratch =
      ThreadLocal.withInitial(
          () -> new Object[] {array(STAGE), array(STAGE), array(STAGE / BLOCK)});

  private final ThreadLocal<Object[]> staged = ThreadLocal.withInitial(() -> new Object[0]);

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

  abstract Compute compute();

  abstract Object array(int length);

  /**
   * This thread's two arrays of {@link #STAGE} elements, and one for as many elements as those have
   * blocks.
   */
  final Object[] scratch() {
    return scratch.get();
  }

  /** As many more of this thread's arrays of {@link #STAGE} elements as there are values. */
  final Object[] staged(int values) {
    Object[] arrays = staged.get();
    if (arrays.length < values) {
      arrays = Arrays.copyOf(arrays, values);
      for (int v = 0; v < values; v++) {
        arrays[v] = arrays[v] == null ? array(STAGE) : arrays[v];
      }
      staged.set(arrays);
    }
    return arrays.length == values ? arrays : Arrays.copyOf(arrays, values);
  }

  /** {@code s[j] = x[j] . x[j + h]} for j below n, from the given offsets. */
  abstract void pair(Fold fold, Object x, int xo, int h, Object s, int so, int n);

  /** Three halvings of {@code x[j + k h]}, k = 0..7, into {@code s[j]}, for j below n. */
  abstract void eight(Fold fold, Object x, int xo, int h, Object s, int so, int n);

  /** Each of some rows of n contiguous elements, 1 to 16, into its place in {@code out}. */
  abstract void shortRows(
      Fold fold, Object x, int xo, int stride, int n, int rows, Object out, int oo, int os);

  /**
   * Folds each of {@code rows} runs of n contiguous elements, 1 to {@link #BLOCK}.
   *
   * @param stride from one run to the next
   * @param scratch two arrays for {@code rows * n / 2} elements, n rounded up to a power of two; x
   *     may be the first
   * @param os from one result to the next
   */
  final void along(
      Fold fold,
      Object x,
      int xo,
      int stride,
      int n,
      int rows,
      Object[] scratch,
      Object out,
      int oo,
      int os) {
    while (n > SHORT) {
      Object to = x == scratch[1] ? scratch[0] : scratch[1];
      int h = Integer.highestOneBit(n - 1);
      int left = h;
      if (n == 2 * h) {
        int members = rows * SHORT >= RAGGED ? n / SHORT : 8; // the former leaves whole vectors
        left = n / members;
        step(fold, members, x, xo, stride, left, to, 0, left, rows, left);
      } else {
        step(fold, 2, x, xo, stride, h, to, 0, h, rows, n - h);
        copy(x, xo + n - h, stride, to, n - h, h, rows, h - (n - h));
      }
      x = to;
      xo = 0;
      stride = left;
      n = left;
    }
    shortRows(fold, x, xo, stride, n, rows, out, oo, os);
  }

  /**
   * Folds each block of n contiguous elements, 1 to {@link #STAGE}.
   *
   * @param scratch as in {@link #along}
   * @param os from one block's result to the next
   */
  final void blocks(
      Fold fold, Object x, int xo, int n, Object[] scratch, Object out, int oo, int os) {
    int full = n / BLOCK;
    int done = full * BLOCK;
    if (full > 0) {
      along(fold, x, xo, BLOCK, BLOCK, full, scratch, out, oo, os);
    }
    if (n > done) { // if staged in scratch, it is still there: later steps do not reach so far
      along(fold, x, xo + done, 0, n - done, 1, scratch, out, oo + full * os, os);
    }
  }

  /**
   * Folds n rows, 1 to {@link #BLOCK}, of {@code cols} contiguous elements into one such row.
   *
   * @param stride from one row to the next
   * @param scratch two arrays for {@code cols * n / 2} elements, n rounded up to a power of two; x
   *     may be the first
   * @param os from one result to the next
   */
  final void down(
      Fold fold,
      Object x,
      int xo,
      int stride,
      int n,
      int cols,
      Object[] scratch,
      Object out,
      int oo,
      int os) {
    while (n > 1) {
      int h = Integer.highestOneBit(n - 1);
      boolean eight = n == 2 * h && n >= 8;
      int left = eight ? n / 8 : h;
      boolean last = left == 1 && os == 1;
      Object to = last ? out : x == scratch[1] ? scratch[0] : scratch[1];
      int put = last ? oo : 0;
      if (eight) {
        step(fold, 8, x, xo, stride, left * stride, to, put, cols, left, cols);
      } else {
        step(fold, 2, x, xo, stride, h * stride, to, put, cols, n - h, cols);
        copy(x, xo + (n - h) * stride, stride, to, put + (n - h) * cols, cols, 2 * h - n, cols);
      }
      if (last) {
        return;
      }
      x = to;
      xo = 0;
      stride = cols;
      n = left;
    }
    Copy.run(new int[] {cols}, x, xo, new int[] {1}, out, oo, new int[] {os});
  }

  /**
   * One to five halvings of {@code members} = 2 to 32 elements h apart, over rows and columns; of
   * other than 2 and 8 only as a formula.
   */
  private void step(
      Fold fold,
      int members,
      Object x,
      int xo,
      int xs,
      int h,
      Object to,
      int o,
      int os,
      int rows,
      int cols) {
    if (xs == cols && os == cols) {
      cols *= rows;
      rows = 1;
    }
    boolean large = rows * cols * members / 8 >= (rows == 1 ? FLAT : RAGGED);
    if (large || members != 2 && members != 8) {
      int[] at = new int[members];
      for (int k = 0; k < members; k++) {
        at[k] = k * h;
      }
      Terms.ITSELF.halve(
          fold,
          compute(),
          NO_SETTINGS,
          new int[] {rows, cols},
          new Object[] {x},
          new int[] {xo},
          new int[][] {at},
          new int[][] {{xs, 1}},
          new Object[] {to},
          o,
          new int[] {os, 1});
      return;
    }
    for (int r = 0; r < rows; r++) {
      if (members == 8) {
        eight(fold, x, xo + r * xs, h, to, o + r * os, cols);
      } else {
        pair(fold, x, xo + r * xs, h, to, o + r * os, cols);
      }
    }
  }

  private static void copy(Object x, int xo, int xs, Object to, int o, int os, int rows, int cols) {
    if (xs == cols && os == cols) {
      cols *= rows;
      rows = 1;
    }
    for (int r = 0; r < rows && cols > 0; r++) {
      System.arraycopy(x, xo + r * xs, to, o + r * os, cols);
    }
  }
}
