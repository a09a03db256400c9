package gradus.kernel.normalization;

import gradus.formula.Expr;
import gradus.kernel.array.Strided;
import gradus.kernel.compile.Compute;
import gradus.kernel.compile.ElementwiseKernel;
import gradus.kernel.index.Parts;
import gradus.kernel.reduce.Reduce;
import gradus.kernel.reduce.Reducer;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * Some neighbouring kept positions and all their folded elements.
 *
 * @param operands [positions, folded...]
 */
record NormalizationTile(Strided[] operands) {
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

  private static final double[] NO_SETTINGS = {};

  /**
   * Cuts the kept positions into boxes; the first operand decides how.
   *
   * @param rank how many dimensions are kept; they come first
   * @param large how many operands have all the elements
   */
  static void each(int rank, int large, Consumer<NormalizationTile> work, Strided... operands) {
    Strided[] leading = new Strided[operands.length];
    Arrays.setAll(leading, a -> operands[a].leading(rank));
    Strided[] kept = Strided.merged(leading);
    int positions = kept[0].count();
    int elements = operands[0].count(rank, operands[0].rank());
    int inner = kept[0].innerSize();
    if (elements == 0 || positions == 0) {
      return;
    }
    int least = kept[0].innerStride() == 1 ? SIDE_BY_SIDE : 1;
    int most = STAGE / large;
    long share = (long) elements * positions / BOXES;
    int box = Math.clamp(share, Math.min(LEAST, most), most);
    int width = Math.clamp(Math.max(least, box / elements), 1, inner);
    int across = Math.ceilDiv(inner, width);
    int outer = positions / inner;
    Strided[] first = new Strided[operands.length];
    Arrays.setAll(first, a -> operands[a].trailing(rank).outer(width, kept[a].innerStride()));
    Parts.each(
        outer * across,
        (long) COST * width * elements,
        u -> {
          int column = u % across * width;
          int n = Math.min(width, inner - column);
          Strided[] at = new Strided[operands.length];
          for (int a = 0; a < at.length; a++) {
            int row = kept[a].offset() + kept[a].distance(u / across, kept[a].rank() - 1);
            at[a] = first[a].from(row + column * kept[a].innerStride()).rows(0, n);
          }
          work.accept(new NormalizationTile(at));
        });
  }

  /** A number for each kept position: room that broadcasts over the folded elements. */
  Strided room() {
    int[] sizes = operands[0].sizes();
    int[] strides = new int[sizes.length];
    strides[0] = 1;
    Object numbers = Compute.of(operands[0].array()).newArray(sizes[0]);
    return new Strided(numbers, 0, sizes, strides);
  }

  /** {@code outs[i] = sum of maps[i](in)} over the folded elements, all in one pass over them. */
  static void sums(List<Expr> maps, Strided[] outs, Strided... in) {
    Reduce.run(Reducer.SUM, maps, NO_SETTINGS, in, statistics(outs));
  }

  /** The formulas on numbers per kept position: outputs, then operands. */
  static void onStatistics(List<Expr> formulas, double[] settings, Strided... all) {
    ElementwiseKernel.of(formulas).run(settings, statistics(all));
  }

  /** The formula on all elements: the output, then the operands. */
  static void onElements(Expr formula, Strided... all) {
    ElementwiseKernel.of(List.of(formula)).run(all);
  }

  private static Strided[] statistics(Strided... of) {
    Strided[] numbers = new Strided[of.length];
    Arrays.setAll(numbers, a -> of[a].leading(1));
    return numbers;
  }
}
