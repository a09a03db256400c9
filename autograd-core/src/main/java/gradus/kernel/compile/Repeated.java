package gradus.kernel.compile;

import gradus.formula.Expr;
import java.util.List;

/**
 * The operands of a call, of which those that have another type and are broadcast, such as the mask
 * of all heads of an attention, are converted once and not for each repetition.
 */
final class Repeated {
  private static final ElementwiseKernel CONVERT = ElementwiseKernel.of(List.of(Expr.arg(0)));

  /** From so many repetitions on it pays to keep what was converted. */
  private static final int OFTEN = 4;

  final Object[] arrays;
  final int[] offsets;
  final int[][] strides;

  Repeated(
      Compute compute, int[] sizes, Object[] arrays, int[] offsets, int[][] strides, int outputs) {
    this.arrays = arrays.clone();
    this.offsets = offsets.clone();
    this.strides = strides.clone();
    for (int k = outputs; k < arrays.length; k++) {
      if (arrays[k].getClass() != compute.array()) {
        convert(k, compute, sizes);
      }
    }
  }

  private void convert(int k, Compute compute, int[] sizes) {
    int[] moving = sizes.clone();
    int[] dense = new int[sizes.length];
    int n = 1;
    long repetitions = 1;
    for (int d = sizes.length - 1; d >= 0; d--) {
      if (strides[k][d] == 0) {
        repetitions *= sizes[d];
        moving[d] = 1;
      } else {
        dense[d] = n;
        n *= sizes[d];
      }
    }
    if (repetitions < OFTEN) {
      return;
    }
    Object converted = compute.newArray(n);
    CONVERT.run(
        compute,
        moving,
        new Object[] {converted, arrays[k]},
        new int[] {0, offsets[k]},
        new int[][] {dense, strides[k]},
        new double[0]);
    arrays[k] = converted;
    offsets[k] = 0;
    strides[k] = dense;
  }
}
