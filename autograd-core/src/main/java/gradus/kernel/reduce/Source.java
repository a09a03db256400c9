package gradus.kernel.reduce;

import gradus.kernel.compile.Compute;
import gradus.kernel.index.Copy;
import org.jspecify.annotations.Nullable;

/**
 * Where the elements of a reduction come from: an array as it is, or formulas of several. With more
 * than one formula an element has as many values, and each is folded on its own.
 */
interface Source {
  /**
   * Puts the elements of a box into {@code to}.
   *
   * @param offsets where the box begins in each operand
   * @param strides for each operand, its strides over the box
   * @param to an array for each value
   */
  void stage(
      int[] sizes, int[] offsets, int[][] strides, Object[] to, int toOffset, int[] toStrides);

  /** The array whose elements these are, unchanged and in the type of the fold; null if mapped. */
  default @Nullable Object array() {
    return null;
  }

  /** What making one element costs, against loading it. */
  default int cost() {
    return 1;
  }

  /** How many members of a stretch without gaps {@link #halve} should fold at a time. */
  default int neighbours() {
    return 1;
  }

  /** Whether {@link #halve} knows how, and gains by it. */
  default boolean halves() {
    return false;
  }

  /**
   * As {@link #stage}, but what is put is the tree over some members, which lie {@code members[a]}
   * from each operand's element of the box: the first halvings, before anything is stored.
   */
  default void halve(
      Fold fold,
      int[] sizes,
      int[] offsets,
      int[][] members,
      int[][] strides,
      Object[] to,
      int toOffset,
      int[] toStrides) {
    throw new UnsupportedOperationException();
  }

  /** The elements of an array, integers widened to long. */
  static Source of(Object x) {
    return switch (x) {
      case int[] a ->
          (sizes, xo, xs, to, o, s) -> Longs.widen(sizes, a, xo[0], xs[0], (long[]) to[0], o, s);
      case byte[] a ->
          (sizes, xo, xs, to, o, s) -> Longs.widen(sizes, a, xo[0], xs[0], (long[]) to[0], o, s);
      default -> new Plain(x);
    };
  }

  /** Formulas of several arrays. */
  record Mapped(Terms terms, Compute compute, Object[] arrays, double[] settings)
      implements Source {
    @Override
    public void stage(
        int[] sizes, int[] offsets, int[][] strides, Object[] to, int toOffset, int[] toStrides) {
      terms.stage(compute, settings, sizes, arrays, offsets, strides, to, toOffset, toStrides);
    }

    @Override
    public int cost() {
      return terms.cost();
    }

    @Override
    public int neighbours() {
      return terms.neighbours();
    }

    @Override
    public boolean halves() {
      return terms.areSimple() && allOf(compute, arrays);
    }

    @Override
    public void halve(
        Fold fold,
        int[] sizes,
        int[] offsets,
        int[][] members,
        int[][] strides,
        Object[] to,
        int toOffset,
        int[] toStrides) {
      terms.halve(
          fold, compute, settings, sizes, arrays, offsets, members, strides, to, toOffset,
          toStrides);
    }

    private static boolean allOf(Compute compute, Object[] arrays) {
      for (Object array : arrays) {
        if (array.getClass() != compute.array()) {
          return false;
        }
      }
      return true;
    }
  }

  /** An array that can be folded where it lies. */
  record Plain(Object array) implements Source {
    private static final double[] NO_SETTINGS = {};

    @Override
    public void stage(
        int[] sizes, int[] offsets, int[][] strides, Object[] to, int toOffset, int[] toStrides) {
      Copy.run(sizes, array, offsets[0], strides[0], to[0], toOffset, toStrides);
    }

    @Override
    public int neighbours() {
      return Terms.ITSELF.neighbours();
    }

    @Override
    public boolean halves() {
      return array instanceof float[] || array instanceof double[];
    }

    @Override
    public void halve(
        Fold fold,
        int[] sizes,
        int[] offsets,
        int[][] members,
        int[][] strides,
        Object[] to,
        int toOffset,
        int[] toStrides) {
      Terms.ITSELF.halve(
          fold,
          Lanes.of(array).compute(),
          NO_SETTINGS,
          sizes,
          new Object[] {array},
          offsets,
          members,
          strides,
          to,
          toOffset,
          toStrides);
    }
  }
}
