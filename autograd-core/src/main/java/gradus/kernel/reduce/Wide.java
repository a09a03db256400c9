package gradus.kernel.reduce;

import gradus.formula.Expr;
import gradus.kernel.compile.Compute;
import gradus.kernel.compile.ElementwiseKernel;
import java.util.Arrays;
import java.util.List;

/**
 * Steps of the halving tree as elementwise formulas: the members of a step are operands at
 * different offsets of one array, so that the compiler of formulas supplies the vectors.
 */
final class Wide {
  private static final double[] NO_SETTINGS = {};

  private static final ElementwiseKernel[] PAIR = new ElementwiseKernel[Fold.values().length];
  private static final ElementwiseKernel[] EIGHT = new ElementwiseKernel[Fold.values().length];

  static {
    for (Fold fold : Fold.values()) {
      PAIR[fold.ordinal()] = ElementwiseKernel.of(List.of(tree(fold, 0, 1, 2)));
      EIGHT[fold.ordinal()] = ElementwiseKernel.of(List.of(tree(fold, 0, 1, 8)));
    }
  }

  private Wide() {}

  /** Halving over the operands {@code first}, {@code first + step} ... below {@code members}. */
  private static Expr tree(Fold fold, int first, int step, int members) {
    if (step == members) {
      return Expr.arg(first);
    }
    Expr a = tree(fold, first, 2 * step, members);
    Expr b = tree(fold, first + step, 2 * step, members);
    return switch (fold) {
      case SUM -> a.add(b);
      case PROD -> a.mul(b);
      case MIN -> a.min(b);
      case MAX -> a.max(b);
    };
  }

  /** {@code to[r, c] = fold of x[r, c + k h]}, k below {@code members} = 2 or 8. */
  static void run(
      Compute compute,
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
    Object[] arrays = new Object[members + 1];
    int[] offsets = new int[members + 1];
    int[][] strides = new int[members + 1][];
    Arrays.fill(arrays, x);
    Arrays.fill(strides, new int[] {xs, 1});
    for (int k = 0; k < members; k++) {
      offsets[k + 1] = xo + k * h;
    }
    arrays[0] = to;
    offsets[0] = o;
    strides[0] = new int[] {os, 1};
    var kernel = (members == 8 ? EIGHT : PAIR)[fold.ordinal()];
    kernel.run(compute, new int[] {rows, cols}, arrays, offsets, strides, NO_SETTINGS);
  }
}
