package gradus.kernel.reduce;

import gradus.formula.Expr;
import gradus.kernel.compile.Compute;
import gradus.kernel.compile.ElementwiseKernel;
import gradus.kernel.index.Copy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where the elements of a reduction come from: an array as it is, or a formula of several. */
interface Source {
  /**
   * Puts the elements of a box into {@code to}.
   *
   * @param offsets where the box begins in each operand
   * @param strides for each operand, its strides over the box
   */
  void stage(int[] sizes, int[] offsets, int[][] strides, Object to, int toOffset, int[] toStrides);

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
      case int[] a ->
          (sizes, xo, xs, to, o, s) -> Longs.widen(sizes, a, xo[0], xs[0], (long[]) to, o, s);
      case byte[] a ->
          (sizes, xo, xs, to, o, s) -> Longs.widen(sizes, a, xo[0], xs[0], (long[]) to, o, s);
      default -> new Plain(x);
    };
  }

  /** A formula of several arrays. */
  record Mapped(Expr map, Compute compute, Object[] arrays, double[] settings) implements Source {
    @Override
    public void stage(
        int[] sizes, int[] offsets, int[][] strides, Object to, int toOffset, int[] toStrides) {
      int n = arrays.length;
      Object[] all = new Object[n + 1];
      int[] at = new int[n + 1];
      int[][] steps = new int[n + 1][];
      all[0] = to;
      at[0] = toOffset;
      steps[0] = toStrides;
      System.arraycopy(arrays, 0, all, 1, n);
      System.arraycopy(offsets, 0, at, 1, n);
      System.arraycopy(strides, 0, steps, 1, n);
      ElementwiseKernel.of(List.of(map)).run(compute, sizes, all, at, steps, settings);
    }

    @Override
    public int cost() {
      return 1 + Expr.nodes(List.of(map)).size();
    }
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
