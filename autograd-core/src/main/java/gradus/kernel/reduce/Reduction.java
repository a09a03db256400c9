package gradus.kernel.reduce;

import gradus.kernel.index.Dims;
import gradus.kernel.index.Parts;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One reduction, cut into units of work: some neighbouring results, over one or several blocks of
 * the reduced elements.
 *
 * <p>With more than one block, each (result, block) first becomes an element of a partial array,
 * which is then reduced in turn.
 */
final class Reduction {
  private final Fold fold;
  private final Source source;
  private final int[] offsets;
  private final Dims kept; // the operands, then the result
  private final Dims reduced; // the operands
  private final int operands;
  private final Object out;
  private final int outOffset;
  private final Lanes lanes;

  /** The number of reduced elements per result, and of their blocks. */
  private final int count;

  private final int blocks;

  /** Whether the reduced elements are dense rather than the results. */
  private final boolean along;

  Reduction(
      Fold fold,
      Source source,
      int[] offsets,
      int[] keptSizes,
      int[][] keptStrides,
      int[] reducedSizes,
      int[][] reducedStrides,
      Object out,
      int outOffset) {
    int lead = lead(keptSizes, keptStrides, reducedSizes, reducedStrides);
    this.fold = fold;
    this.source = source;
    this.offsets = offsets;
    this.kept = Dims.sorted(lead, keptSizes, keptStrides);
    this.reduced = Dims.merged(reducedSizes, reducedStrides);
    this.operands = offsets.length;
    this.out = out;
    this.outOffset = outOffset;
    this.lanes = Lanes.of(out);
    this.count = reduced.count();
    this.blocks = Math.ceilDiv(count, Lanes.BLOCK);
    this.along =
        reduced.rank() > 0 && (kept.rank() == 0 || step(reduced, lead) <= step(kept, lead));
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

  void run() {
    if (kept.count() == 0 || count == 0) {
      fillEmpty();
    } else if (blocks == 1) {
      fold(out, outOffset, kept, operands, 0);
    } else {
      int results = kept.count();
      Object partial = lanes.array(Math.multiplyExact(results, blocks));
      int[] dense = new int[kept.rank()];
      int blockStride = along ? 1 : results;
      int stride = along ? blocks : 1;
      for (int d = dense.length - 1; d >= 0; d--) {
        dense[d] = stride;
        stride *= kept.sizes()[d];
      }
      int[][] strides = kept.strides().clone();
      strides[operands] = dense;
      fold(partial, 0, new Dims(kept.sizes(), strides), operands, blockStride);
      new Reduction(
              fold,
              Source.of(partial),
              new int[] {0},
              kept.sizes(),
              new int[][] {dense, kept.strides()[operands]},
              new int[] {blocks},
              new int[][] {{blockStride}},
              out,
              outOffset)
          .run();
    }
  }

  private void fillEmpty() {
    for (int i = 0; i < kept.count(); i++) {
      int at = outOffset + kept.offset(operands, i, kept.rank());
      switch (out) {
        case float[] y -> y[at] = (float) fold.identity();
        case double[] y -> y[at] = fold.identity();
        case long[] y -> y[at] = (long) fold.identity();
        default -> throw new AssertionError(out);
      }
    }
  }

  /** Folds every block of every result; results and blocks lie in {@code to} as the strides say. */
  private void fold(Object to, int toOffset, Dims kept, int result, int blockStride) {
    int outer = kept.count(0, Math.max(0, kept.rank() - 1));
    int inner = kept.innerSize();
    int rows = Math.min(count, Lanes.BLOCK);
    int tile = along && blocks > 1 ? 1 : Math.clamp(Lanes.STAGE / rows, 1, inner);
    int group = along ? Lanes.STAGE / Lanes.BLOCK : 1;
    int tiles = Math.ceilDiv(inner, tile);
    int groups = Math.ceilDiv(blocks, group);
    int units = outer * tiles * groups;
    long elements = Math.min(count, (long) group * Lanes.BLOCK) * tile * source.cost();
    Parts.run(
        units,
        elements,
        (begin, end) -> {
          for (int u = begin; u < end; u++) {
            int b = u % groups * group;
            int t = u / groups % tiles * tile;
            int o = u / groups / tiles;
            int[] at = new int[operands];
            for (int a = 0; a < operands; a++) {
              at[a] = offsets[a] + place(kept, a, o, t);
            }
            int lo = b * Lanes.BLOCK;
            int hi = Math.min(count, lo + group * Lanes.BLOCK);
            int put = toOffset + place(kept, result, o, t) + b * blockStride;
            int width = Math.min(tile, inner - t);
            unit(kept, at, lo, hi, width, to, put, kept.innerStride(result), blockStride);
          }
        });
  }

  private static int place(Dims kept, int a, int outer, int inner) {
    return kept.offset(a, outer, kept.rank() - 1) + inner * kept.innerStride(a);
  }

  /** Elements lo to hi of {@code width} neighbouring results. */
  private void unit(
      Dims kept,
      int[] at,
      int lo,
      int hi,
      int width,
      Object to,
      int put,
      int step,
      int blockStride) {
    Object[] buffers = lanes.scratch();
    Object x = direct(kept, width);
    int xo;
    int stride;
    if (x != null) {
      int skip = reduced.rank() == 0 ? 0 : lo * reduced.innerStride(0);
      xo = at[0] + skip;
      stride = along ? kept.innerStride(0) : reduced.innerStride(0);
    } else {
      x = buffers[0];
      xo = 0;
      stride = along ? hi - lo : width;
      stage(kept, 0, at, lo, hi, width, hi - lo, x, 0);
    }
    int n = hi - lo;
    if (!along) {
      lanes.down(fold, x, xo, stride, n, width, buffers, to, put, step);
      return;
    }
    if (blocks > 1) {
      lanes.blocks(fold, x, xo, n, buffers, to, put, blockStride);
    } else {
      lanes.along(fold, x, xo, stride, n, width, buffers, to, put, step);
    }
  }

  /** The operand, if it can be folded where it lies. */
  private @Nullable Object direct(Dims kept, int width) {
    Object x = source.array();
    if (x == null || reduced.rank() > 1) {
      return null;
    }
    boolean dense =
        along
            ? reduced.innerStride(0) == 1
            : width == 1
                || kept.innerStride(0) == 1 && (width >= 16 || reduced.innerStride(0) == width);
    return dense ? x : null;
  }

  /**
   * Stages elements lo to hi of the reduced dimensions from d on, as at most two boxes per
   * dimension and one over the whole of those below.
   */
  private void stage(
      Dims kept, int d, int[] at, int lo, int hi, int width, int length, Object to, int put) {
    if (lo >= hi) {
      return;
    }
    int inner = reduced.rank() == 0 ? 1 : reduced.count(d + 1, reduced.rank());
    int first = lo / inner;
    int last = hi / inner;
    if (first == last && lo % inner + hi % inner > 0 && inner > 1) {
      stage(kept, d + 1, moved(at, d, first), lo % inner, hi % inner, width, length, to, put);
      return;
    }
    int each = along ? 1 : width;
    if (lo % inner > 0) {
      int n = inner - lo % inner;
      stage(kept, d + 1, moved(at, d, first), lo % inner, inner, width, length, to, put);
      put += n * each;
      first++;
    }
    if (first < last) {
      box(kept, d, last - first, moved(at, d, first), width, length, to, put);
      put += (last - first) * inner * each;
    }
    stage(kept, d + 1, moved(at, d, last), 0, hi % inner, width, length, to, put);
  }

  private int[] moved(int[] at, int d, int steps) {
    if (reduced.rank() == 0 || steps == 0) {
      return at;
    }
    int[] moved = at.clone();
    for (int a = 0; a < moved.length; a++) {
      moved[a] += steps * reduced.strides()[a][d];
    }
    return moved;
  }

  /** Stages {@code n} steps of reduced dimension d and all of those below it, for each result. */
  private void box(Dims kept, int d, int n, int[] at, int width, int length, Object to, int put) {
    int depth = reduced.rank() - d; // 0 if nothing is reduced
    int[] sizes = new int[depth + 1];
    int[][] strides = new int[operands + 1][depth + 1];
    int shift = along ? 1 : 0;
    int dense = along ? 1 : width;
    for (int i = depth - 1; i >= 0; i--) {
      sizes[i + shift] = i == 0 ? n : reduced.sizes()[d + i];
      strides[operands][i + shift] = dense;
      dense *= sizes[i + shift];
      for (int a = 0; a < operands; a++) {
        strides[a][i + shift] = reduced.strides()[a][d + i];
      }
    }
    int keptAt = along ? 0 : depth;
    sizes[keptAt] = width;
    strides[operands][keptAt] = along ? length : 1;
    for (int a = 0; a < operands; a++) {
      strides[a][keptAt] = kept.innerStride(a);
    }
    int[][] from = Arrays.copyOf(strides, operands);
    source.stage(sizes, at, from, to, put, strides[operands]);
  }
}
