package gradus.kernel.reduce;

import gradus.kernel.index.Dims;
import gradus.kernel.index.Parts;
import org.jspecify.annotations.Nullable;

/**
 * One reduction, cut into units of work: some neighbouring results, over one or several blocks of
 * the reduced elements. An element may have several values, which are folded side by side.
 *
 * <p>With more than one block, each (result, block) first becomes an element of a partial array,
 * which is then reduced in turn.
 */
final class Reduction {
  /** Rows with fewer elements than this have no whole vectors. */
  static final int VECTOR = 16;

  /** Halvings that are taken before anything is stored leave an eighth to store. */
  private static final int MEMBERS = 8;

  private final Fold fold;
  private final Source source;
  private final int[] offsets;
  private final Dims kept; // the operands, then the results
  private final Dims reduced; // the operands
  private final int operands;
  private final Object[] outs;
  private final int[] outOffsets;
  private final Lanes lanes;

  /** The number of reduced elements per result, and of their blocks. */
  private final int count;

  private final int blocks;

  /** Whether the reduced elements are dense rather than the results. */
  private final boolean along;

  /** Whether the operand can be folded where it lies. */
  private final boolean direct;

  /**
   * The whole blocks, and the last one if it is smaller; null if to be staged element by element.
   */
  private final @Nullable Cut whole;

  private final @Nullable Cut last;

  Reduction(
      Fold fold,
      Source source,
      int[] offsets,
      int[] keptSizes,
      int[][] keptStrides,
      int[] reducedSizes,
      int[][] reducedStrides,
      Object[] outs,
      int[] outOffsets) {
    int lead = lead(keptSizes, keptStrides, reducedSizes, reducedStrides);
    this.fold = fold;
    this.source = source;
    this.offsets = offsets;
    this.kept = Dims.sorted(lead, keptSizes, keptStrides);
    this.reduced = Dims.merged(reducedSizes, reducedStrides);
    this.operands = offsets.length;
    this.outs = outs;
    this.outOffsets = outOffsets;
    this.lanes = Lanes.of(outs[0]);
    this.count = reduced.count();
    this.blocks = Math.ceilDiv(count, Lanes.BLOCK);
    this.along =
        reduced.rank() > 0 && (kept.rank() == 0 || step(reduced, lead) <= step(kept, lead));
    this.direct = source.array() != null && reduced.rank() <= 1 && isDense();
    boolean cuts = !direct && source.halves() && count > 0;
    this.whole = cuts && count >= Lanes.BLOCK ? cut(Lanes.BLOCK) : null;
    this.last = cuts && count % Lanes.BLOCK > 0 ? cut(count % Lanes.BLOCK) : null;
  }

  /** The operand with the most elements, which decides how the work is cut. */
  private static int lead(
      int[] keptSizes, int[][] keptStrides, int[] reducedSizes, int[][] reducedStrides) {
    int lead = 0;
    long most = -1;
    for (int a = 0; a < reducedStrides.length; a++) {
      long n = extent(keptSizes, keptStrides[a]) * extent(reducedSizes, reducedStrides[a]);
      if (n > most) {
        most = n;
        lead = a;
      }
    }
    return lead;
  }

  private static long extent(int[] sizes, int[] strides) {
    long n = 1;
    for (int d = 0; d < sizes.length; d++) {
      n *= strides[d] == 0 ? 1 : sizes[d];
    }
    return n;
  }

  private static int step(Dims dims, int a) {
    int stride = Math.abs(dims.innerStride(a));
    return stride == 0 ? Integer.MAX_VALUE : stride;
  }

  private boolean isDense() {
    int step = reduced.innerStride(0);
    int width = kept.innerSize();
    return along ? step == 1 : kept.innerStride(0) == 1 && (width >= VECTOR || step == width);
  }

  /** A cut of blocks of n elements whose loops are worth it. */
  private @Nullable Cut cut(int n) {
    boolean even = Integer.bitCount(n) == 1;
    if (along) {
      int most = even ? n / VECTOR : 1;
      Cut cut = along(n, Math.min(source.neighbours(), most));
      if (cut == null || cut.count() > MEMBERS && Cut.apart(cut.members()) == 0) {
        cut = along(n, Math.min(MEMBERS, most));
      }
      return cut;
    }
    boolean wide = kept.innerSize() >= VECTOR && n >= MEMBERS;
    for (int a = 0; a < operands; a++) {
      wide &= (kept.innerStride(a) & ~1) == 0;
    }
    return even && wide ? Cut.of(reduced, operands, n / MEMBERS, MEMBERS) : null;
  }

  private @Nullable Cut along(int n, int members) {
    Cut cut = members > 1 ? Cut.of(reduced, operands, n / members, members) : null;
    return cut != null && cut.isDense(VECTOR) ? cut : null;
  }

  void run() {
    if (kept.count() == 0 || count == 0) {
      fillEmpty();
    } else if (blocks == 1) {
      fold(outs, outOffsets, kept, 0);
    } else {
      int results = kept.count();
      int[] dense = new int[kept.rank()];
      int blockStride = along ? 1 : results;
      int stride = along ? blocks : 1;
      for (int d = dense.length - 1; d >= 0; d--) {
        dense[d] = stride;
        stride *= kept.sizes()[d];
      }
      int[][] strides = kept.strides().clone();
      Object[] partial = new Object[outs.length];
      for (int v = 0; v < outs.length; v++) {
        partial[v] = lanes.array(Math.multiplyExact(results, blocks));
        strides[operands + v] = dense;
      }
      fold(partial, new int[outs.length], new Dims(kept.sizes(), strides), blockStride);
      for (int v = 0; v < outs.length; v++) {
        Reduce.run(
            fold,
            kept.sizes(),
            new int[] {blocks},
            partial[v],
            0,
            dense,
            new int[] {blockStride},
            outs[v],
            outOffsets[v],
            kept.strides()[operands + v]);
      }
    }
  }

  private void fillEmpty() {
    for (int v = 0; v < outs.length; v++) {
      for (int i = 0; i < kept.count(); i++) {
        int at = outOffsets[v] + kept.offset(operands + v, i, kept.rank());
        switch (outs[v]) {
          case float[] y -> y[at] = (float) fold.identity();
          case double[] y -> y[at] = fold.identity();
          case long[] y -> y[at] = (long) fold.identity();
          default -> throw new AssertionError(outs[v]);
        }
      }
    }
  }

  /**
   * Folds every block of every result; results lie in {@code to} as the strides of {@code kept}
   * say, their blocks {@code blockStride} apart.
   */
  private void fold(Object[] to, int[] toOffsets, Dims kept, int blockStride) {
    int outer = kept.count(0, Math.max(0, kept.rank() - 1));
    int inner = kept.innerSize();
    Cut cut = whole == null && blocks == 1 ? last : whole;
    int shrinks =
        cut != null ? Math.min(cut.count(), MEMBERS) : direct && count >= Lanes.BLOCK ? MEMBERS : 1;
    int most = shrinks * Lanes.STAGE; // of what is stored, not more than a stage
    boolean all = along && count <= most;
    int group =
        !along
            ? 1
            : all ? blocks : whole == null ? most / Lanes.BLOCK : whole.group(most / Lanes.BLOCK);
    int elements = along ? count : Math.min(count, Lanes.BLOCK);
    int tile = along && !all ? 1 : Math.clamp(most / elements, 1, inner);
    int tiles = Math.ceilDiv(inner, tile);
    int groups = Math.ceilDiv(blocks, group);
    int units = outer * tiles * groups;
    long cost = Math.min(count, (long) group * Lanes.BLOCK) * tile * source.cost();
    Parts.run(
        units,
        cost,
        (begin, end) -> {
          for (int u = begin; u < end; u++) {
            int b = u % groups * group;
            int t = u / groups % tiles * tile;
            int o = u / groups / tiles;
            int[] at = new int[operands];
            for (int a = 0; a < operands; a++) {
              at[a] = offsets[a] + place(kept, a, o, t);
            }
            int[] put = new int[to.length];
            int[] step = new int[to.length];
            for (int v = 0; v < put.length; v++) {
              put[v] = toOffsets[v] + place(kept, operands + v, o, t) + b * blockStride;
              step[v] = kept.innerStride(operands + v);
            }
            int lo = b * Lanes.BLOCK;
            int hi = Math.min(count, lo + group * Lanes.BLOCK);
            var unit =
                new Unit(
                    fold, source, lanes, kept, reduced, along, direct, to, put, step, blockStride);
            unit.run(at, lo, hi, Math.min(tile, inner - t), whole, last);
          }
        });
  }

  private static int place(Dims kept, int a, int outer, int inner) {
    return kept.offset(a, outer, kept.rank() - 1) + inner * kept.innerStride(a);
  }
}
