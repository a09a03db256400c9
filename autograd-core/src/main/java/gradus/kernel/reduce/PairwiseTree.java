package gradus.kernel.reduce;

import gradus.kernel.array.Strided;
import gradus.kernel.index.Copy;
import gradus.kernel.threads.Scratch;
import org.jspecify.annotations.Nullable;

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
abstract sealed class PairwiseTree permits FloatPairwiseTree, DoublePairwiseTree, LongPairwiseTree {
  /** The most elements that one tree spans: three steps of eight. */
  static final int BLOCK = 512;

  private static final int SHORT = 16;

  /** The most elements that scratch arrays hold: 64 KB of float. */
  static final int STAGE = 1 << 14;

  /** Steps with at least so many results run as a formula, which knows vectors. */
  private static final int FLAT = 128;

  private static final int RAGGED = 512;

  private static final double[] NO_SETTINGS = {};

  private static final PairwiseTree FLOAT = new FloatPairwiseTree();
  private static final PairwiseTree DOUBLE = new DoublePairwiseTree();
  private static final PairwiseTree LONG = new LongPairwiseTree();

  /** For results kept in this array; every integer type is folded as long. */
  static PairwiseTree of(Object out) {
    return switch (out) {
      case float[] x -> FLOAT;
      case double[] x -> DOUBLE;
      default -> LONG;
    };
  }

  /** {@code s[j] = x[j] . x[j + h]} for j below n, from the given offsets. */
  abstract void pair(Reducer fold, Object x, int xo, int h, Object s, int so, int n);

  /** Three halvings of {@code x[j + k h]}, k = 0..7, into {@code s[j]}, for j below n. */
  abstract void eight(Reducer fold, Object x, int xo, int h, Object s, int so, int n);

  /** Each of some rows of contiguous elements, 1 to 16, into its place in {@code out}. */
  abstract void shortRows(Reducer fold, Strided rows, Strided out);

  /** Work arrays that two steps of a tree use in turn, on loan as they are needed. */
  private static final class Turns {
    private final Object like;
    private final int n;
    private @Nullable Object first;
    private @Nullable Object second;

    Turns(Object like, int n) {
      this.like = like;
      this.n = n;
    }

    /** The one that is not {@code x}. */
    Object other(Object x) {
      if (first == null || x != first) {
        return first != null ? first : (first = Scratch.like(like, n));
      }
      return second != null ? second : (second = Scratch.like(like, n));
    }

    void release() {
      if (first != null) {
        Scratch.release(first);
      }
      if (second != null) {
        Scratch.release(second);
      }
    }
  }

  /** Folds each of some rows of contiguous elements, 1 to {@link #BLOCK}, into one of a vector. */
  final void along(Reducer fold, Strided rows, Strided out) {
    int count = rows.size(0);
    int n = rows.size(1);
    if (n <= SHORT) {
      shortRows(fold, rows, out);
      return;
    }
    Strided x = rows;
    var turns = new Turns(rows.array(), count * Integer.highestOneBit(n - 1));
    while (n > SHORT) {
      int h = Integer.highestOneBit(n - 1);
      Object to = turns.other(x.array());
      if (n == 2 * h) {
        int members = count * SHORT >= RAGGED ? n / SHORT : 8; // the former leaves whole vectors
        n /= members;
        step(fold, members, n, x, Strided.dense(to, 0, count, n));
      } else {
        Strided half = Strided.dense(to, 0, count, h);
        step(fold, 2, h, x, half.columns(0, n - h));
        copy(x.columns(n - h, 2 * h - n), half.columns(n - h, 2 * h - n));
        n = h;
      }
      x = Strided.dense(to, 0, count, n);
    }
    shortRows(fold, x, out);
    turns.release();
  }

  /** Folds each block of contiguous elements, 1 to {@link #STAGE}, into one of a vector. */
  final void blocks(Reducer fold, Strided x, Strided out) {
    int n = x.size(0);
    int full = n / BLOCK;
    int done = full * BLOCK;
    if (full > 0) {
      along(fold, Strided.dense(x.array(), x.offset(), full, BLOCK), out.rows(0, full));
    }
    if (n > done) {
      Strided rest = Strided.dense(x.array(), x.offset() + done, 1, n - done);
      along(fold, rest, out.rows(full, 1));
    }
  }

  /**
   * Folds some rows, 1 to {@link #BLOCK}, of contiguous elements into one such row, which may have
   * gaps.
   */
  final void down(Reducer fold, Strided rows, Strided out) {
    int cols = rows.size(1);
    int n = rows.size(0);
    Strided x = rows;
    var turns = new Turns(rows.array(), cols * Integer.highestOneBit(Math.max(1, n - 1)));
    while (n > 1) {
      int h = Integer.highestOneBit(n - 1);
      boolean eight = n == 2 * h && n >= 8;
      int left = eight ? n / 8 : h;
      boolean last = left == 1 && out.stride(0) == 1;
      Strided to =
          last
              ? Strided.dense(out.array(), out.offset(), 1, cols)
              : Strided.dense(turns.other(x.array()), 0, left, cols);
      if (eight) {
        step(fold, 8, left * x.stride(0), x, to);
      } else {
        step(fold, 2, h * x.stride(0), x, to.rows(0, n - h));
        if (n < 2 * h) {
          copy(x.rows(n - h, 2 * h - n), to.rows(n - h, 2 * h - n));
        }
      }
      if (last) {
        turns.release();
        return;
      }
      x = to;
      n = left;
    }
    Copy.run(x.select(0, 0), out);
    turns.release();
  }

  /**
   * One to five halvings of {@code members} = 2 to 32 elements h apart into each element of {@code
   * to}, from rows that are as long; of other than 2 and 8 only as a formula.
   */
  private void step(Reducer fold, int members, int h, Strided x, Strided to) {
    int rows = to.size(0);
    int cols = to.size(1);
    int xs = x.stride(0);
    int os = to.stride(0);
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
      Strided[] from = {Strided.matrix(x.array(), x.offset(), rows, cols, xs, 1)};
      Strided into = Strided.matrix(to.array(), to.offset(), rows, cols, os, 1);
      MappedFormulas.ITSELF.halve(fold, NO_SETTINGS, from, new int[][] {at}, into);
      return;
    }
    for (int r = 0; r < rows; r++) {
      int xo = x.offset() + r * xs;
      int o = to.offset() + r * os;
      if (members == 8) {
        eight(fold, x.array(), xo, h, to.array(), o, cols);
      } else {
        pair(fold, x.array(), xo, h, to.array(), o, cols);
      }
    }
  }

  private static void copy(Strided from, Strided to) {
    int rows = to.size(0);
    int cols = to.size(1);
    if (from.stride(0) == cols && to.stride(0) == cols) {
      cols *= rows;
      rows = 1;
    }
    for (int r = 0; r < rows && cols > 0; r++) {
      System.arraycopy(from.array(), from.at(r, 0), to.array(), to.at(r, 0), cols);
    }
  }
}
