package gradus.kernel.normalization;

import gradus.formula.Expr;
import gradus.kernel.compile.Compute;
import gradus.kernel.compile.ElementwiseKernel;
import gradus.kernel.index.Dims;
import gradus.kernel.index.Parts;
import gradus.kernel.reduce.Fold;
import gradus.kernel.reduce.Reduce;
import java.util.Arrays;
import java.util.List;

/**
 * Some neighbouring kept positions and all their folded elements.
 *
 * @param width how many kept positions; the operands have one kept stride
 */
record Box(Compute compute, int width, int[] foldedSizes, Operand[] operands) {
  /** Elements per box of all large operands together: they stay in the cache. */
  private static final int STAGE = 1 << 18;

  /** Elements per box that are worth setting up its loops. */
  private static final int LEAST = 1 << 15;

  /** So many boxes at least, if they do not get too small: work for several threads. */
  private static final int BOXES = 8;

  /** Columns that lie side by side: fewer would waste the lines of the cache. */
  private static final int SIDE_BY_SIDE = 32;

  /** What one element costs over all passes, against loading it. */
  private static final int COST = 8;

  /** What to do with a box. */
  @FunctionalInterface
  interface Work {
    void run(Box box);
  }

  /**
   * Cuts the kept positions into boxes; the first operand decides how.
   *
   * @param large how many operands have all the elements
   */
  static void each(
      Compute compute,
      int large,
      int[] keptSizes,
      int[] foldedSizes,
      Work work,
      Operand... operands) {
    int[][] strides = new int[operands.length][];
    for (int a = 0; a < strides.length; a++) {
      strides[a] = operands[a].kept();
    }
    Dims kept = Dims.merged(keptSizes, strides);
    int elements = count(foldedSizes);
    int inner = kept.innerSize();
    if (elements == 0 || kept.count() == 0) {
      return;
    }
    int least = kept.innerStride(0) == 1 ? SIDE_BY_SIDE : 1;
    int most = STAGE / large;
    long share = (long) elements * kept.count() / BOXES;
    int box = Math.clamp(share, Math.min(LEAST, most), most);
    int width = Math.clamp(Math.max(least, box / elements), 1, inner);
    int across = Math.ceilDiv(inner, width);
    int outer = kept.count() / inner;
    Parts.run(
        outer * across,
        (long) COST * width * elements,
        (begin, end) -> {
          for (int u = begin; u < end; u++) {
            int first = u % across * width;
            Operand[] at = new Operand[operands.length];
            for (int a = 0; a < at.length; a++) {
              int step = kept.innerStride(a);
              int offset =
                  operands[a].offset() + kept.offset(a, u / across, kept.rank() - 1) + first * step;
              at[a] =
                  new Operand(operands[a].array(), offset, new int[] {step}, operands[a].folded());
            }
            work.run(new Box(compute, Math.min(width, inner - first), foldedSizes, at));
          }
        });
  }

  /** The number of elements that these sizes span. */
  static int count(int[] sizes) {
    int n = 1;
    for (int size : sizes) {
      n = Math.multiplyExact(n, size);
    }
    return n;
  }

  /** A number for each kept position: room that broadcasts over the folded elements. */
  Operand room() {
    Object array = compute == Compute.FLOAT ? new float[width] : new double[width];
    return new Operand(array, 0, new int[] {1}, new int[foldedSizes.length]);
  }

  /** {@code outs[i] = sum of maps[i](in)} over the folded elements, all in one pass over them. */
  void sums(List<Expr> maps, Operand[] outs, Operand... in) {
    int n = in.length;
    var arrays = new Object[n];
    var offsets = new int[n];
    var kept = new int[n][];
    var folded = new int[n][];
    for (int a = 0; a < n; a++) {
      arrays[a] = in[a].array();
      offsets[a] = in[a].offset();
      kept[a] = in[a].kept();
      folded[a] = in[a].folded();
    }
    int values = outs.length;
    var to = new Object[values];
    var at = new int[values];
    var steps = new int[values][];
    for (int v = 0; v < values; v++) {
      to[v] = outs[v].array();
      at[v] = outs[v].offset();
      steps[v] = outs[v].kept();
    }
    Reduce.run(
        Fold.SUM,
        maps,
        compute,
        new int[] {width},
        foldedSizes,
        arrays,
        offsets,
        kept,
        folded,
        new double[0],
        to,
        at,
        steps);
  }

  /** The formulas on numbers per kept position: outputs, then operands. */
  void onStatistics(List<Expr> formulas, double[] settings, Operand... all) {
    run(new int[] {width}, formulas, settings, all);
  }

  /** The formula on all elements: the output, then the operands. */
  void onElements(Expr formula, Operand... all) {
    int[] sizes = new int[foldedSizes.length + 1];
    sizes[0] = width;
    System.arraycopy(foldedSizes, 0, sizes, 1, foldedSizes.length);
    run(sizes, List.of(formula), new double[0], all);
  }

  private void run(int[] sizes, List<Expr> formulas, double[] settings, Operand... all) {
    int n = all.length;
    var arrays = new Object[n];
    var offsets = new int[n];
    var strides = new int[n][];
    for (int a = 0; a < n; a++) {
      arrays[a] = all[a].array();
      offsets[a] = all[a].offset();
      strides[a] = Arrays.copyOf(all[a].kept(), sizes.length);
      System.arraycopy(all[a].folded(), 0, strides[a], 1, sizes.length - 1);
    }
    ElementwiseKernel.of(formulas).run(compute, sizes, arrays, offsets, strides, settings);
  }
}
