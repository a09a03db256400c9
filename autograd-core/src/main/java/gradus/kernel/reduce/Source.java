package gradus.kernel.reduce;

import gradus.kernel.index.Copy;
import org.jspecify.annotations.Nullable;

/** Where the elements of a reduction come from: an array as it is, or a formula of several. */
interface Source {
  /**
   * Puts the elements of a box into {@code to}.
   *
   * @param offsets where the box begins in each operand
   * @param strides for each operand, its strides over the box
   */
  void stage(
      int[] sizes, int[] offsets, int[][] strides, Object to, int toOffset, int[] toStrides);

  /** The array whose elements these are, unchanged and in the type of the fold; null if mapped. */
  default @Nullable Object array() {
    return null;
  }

  /** What making one element costs, against loading it. */
  default int cost() {
    return 1;
  }

  /** The elements of an array, integers widened to long. */
  static Source of(Object x) {
    return switch (x) {
      case int[] a -> (sizes, xo, xs, to, o, s) -> Longs.widen(sizes, a, xo[0], xs[0], (long[]) to, o, s);
      case byte[] a -> (sizes, xo, xs, to, o, s) -> Longs.widen(sizes, a, xo[0], xs[0], (long[]) to, o, s);
      default -> new Plain(x);
    };
  }

  /** An array that can be folded where it lies. */
  record Plain(Object array) implements Source {
    @Override
    public void stage(
        int[] sizes, int[] offsets, int[][] strides, Object to, int toOffset, int[] toStrides) {
      Copy.run(sizes, array, offsets[0], strides[0], to, toOffset, toStrides);
    }
  }
}
