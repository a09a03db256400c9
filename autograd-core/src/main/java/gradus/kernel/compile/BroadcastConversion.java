package gradus.kernel.compile;

import gradus.formula.Expr;
import java.util.List;

/**
 * A call whose operands of other types, if they are broadcast, such as the mask of all heads of an
 * attention, are converted once and not for each repetition.
 */
final class BroadcastConversion {
  private static final ElementwiseKernel CONVERT = ElementwiseKernel.of(List.of(Expr.arg(0)));

  /** From so many repetitions on it pays to keep what was converted. */
  private static final int OFTEN = 4;

  private final CompiledExpressions program;
  private final int[] sizes;
  private final Object[] arrays;
  private final int[] offsets;
  private final int[][] strides;

  BroadcastConversion(
      CompiledExpressions program, int[] sizes, Object[] arrays, int[] offsets, int[][] strides) {
    this.program = program;
    this.sizes = sizes;
    this.arrays = arrays.clone();
    this.offsets = offsets.clone();
    this.strides = strides.clone();
    for (int k = program.outputs(); k < arrays.length; k++) {
      if (arrays[k].getClass() != program.compute.array()) {
        convert(k);
      }
    }
  }

  void sweep(int n, double[] settings) {
    var layout = new Layout(sizes, offsets, strides, program.outputs());
    new StridedCall(program, layout, arrays, settings).run(n);
  }

  private void convert(int k) {
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
    Object converted = program.compute.newArray(n);
    CONVERT.run(
        program.compute,
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
