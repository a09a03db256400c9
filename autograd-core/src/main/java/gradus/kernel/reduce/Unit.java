package gradus.kernel.reduce;

import gradus.kernel.index.Dims;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What one thread folds at a time: some neighbouring results, over some blocks.
 *
 * @param kept the operands, then the results
 * @param reduced the operands
 * @param along whether the reduced elements are dense rather than the results
 * @param direct whether the operand can be folded where it lies
 * @param to an array for each value, as are {@code put}, where its first result goes, and {@code
 *     step}, from there to the next result
 * @param blockStride from one block of a result to the next
 */
record Unit(
    Fold fold,
    Source source,
    Lanes lanes,
    Dims kept,
    Dims reduced,
    boolean along,
    boolean direct,
    Object[] to,
    int[] put,
    int[] step,
    int blockStride) {

  /**
   * Folds elements lo, at the beginning of a block, to hi of {@code width} neighbouring results.
   *
   * @param at where the first result's elements begin in each operand
   */
  void run(int[] at, int lo, int hi, int width, @Nullable Cut whole, @Nullable Cut last) {
    int m = (hi - lo) / Lanes.BLOCK;
    int rest = (hi - lo) % Lanes.BLOCK;
    if (m > 0) {
      part(at, lo, Lanes.BLOCK, m, width, whole, 0);
    }
    if (rest > 0) {
      part(at, hi - rest, rest, 1, width, last, m * blockStride);
    }
  }

  /** Folds m blocks of n elements, which are whole or have a cut that says how. */
  private void part(int[] at, int lo, int n, int m, int width, @Nullable Cut cut, int shift) {
    if (direct) {
      Object x = Objects.requireNonNull(source.array());
      int stride = along ? kept.innerStride(0) : reduced.innerStride(0);
      int each = n == Lanes.BLOCK ? width : Math.max(1, Lanes.STAGE / n);
      for (int t = 0; t < width; t += each) {
        int xo = at[0] + lo * reduced.innerStride(0) + t * kept.innerStride(0);
        fold(0, x, xo, stride, n, m, Math.min(each, width - t), t, shift);
      }
    } else if (cut != null) {
      Object[] halves = lanes.staged(to.length);
      halve(at, lo, m, width, cut, halves);
      int left = cut.places().count();
      for (int v = 0; v < to.length; v++) {
        fold(v, halves[v], 0, along ? m * left : width, left, m, width, 0, shift);
      }
    } else {
      Object[] elements = lanes.staged(to.length);
      int each = Math.max(1, Lanes.STAGE / (n * m));
      for (int t = 0; t < width; t += each) {
        int w = Math.min(each, width - t);
        int[] from = at.clone();
        for (int a = 0; a < from.length; a++) {
          from[a] += t * kept.innerStride(a);
        }
        stage(0, from, lo, lo + n * m, w, n * m, elements, 0);
        for (int v = 0; v < to.length; v++) {
          fold(v, elements[v], 0, along ? m * n : w, n, m, w, t, shift);
        }
      }
    }
  }

  /**
   * Folds a value's m blocks of n elements, of {@code width} results from result t on.
   *
   * @param stride from one result to the next, or, if those are dense, from one element to the next
   */
  private void fold(
      int v, Object x, int xo, int stride, int n, int m, int width, int t, int shift) {
    Object[] scratch = lanes.scratch();
    int s = step[v];
    int begin = put[v] + t * s + shift;
    if (!along) {
      lanes.down(fold, x, xo, stride, n, width, scratch, to[v], begin, s);
    } else if (m == 1) {
      lanes.along(fold, x, xo, stride, n, width, scratch, to[v], begin, s);
    } else if (stride == m * n && s == m * blockStride) {
      lanes.along(fold, x, xo, n, n, m * width, scratch, to[v], begin, blockStride);
    } else {
      for (int r = 0; r < width; r++) {
        int from = xo + r * stride;
        lanes.along(fold, x, from, n, n, m, scratch, to[v], begin + r * s, blockStride);
      }
    }
  }

  /**
   * The first halvings of m blocks: [width, m, places], or [places, width] if results are dense.
   */
  private void halve(int[] at, int lo, int m, int width, Cut cut, Object[] into) {
    int operands = at.length;
    Dims blocks = cut.blocks();
    Dims places = cut.places();
    int outer = along && m > 1 ? blocks.rank() : 0;
    int rank = 1 + outer + places.rank();
    int keptAt = along ? 0 : rank - 1;
    int placesAt = along ? 1 + outer : 0;
    int[] sizes = new int[rank];
    sizes[keptAt] = width;
    System.arraycopy(places.sizes(), 0, sizes, placesAt, places.rank());
    if (outer > 0) {
      System.arraycopy(cut.extent(m), 0, sizes, 1, outer);
    }
    int[] from = at.clone();
    int[][] strides = new int[operands][];
    for (int a = 0; a < operands; a++) {
      from[a] += reduced.offset(a, lo, reduced.rank());
      int[] s = new int[rank];
      s[keptAt] = kept.innerStride(a);
      System.arraycopy(places.strides()[a], 0, s, placesAt, places.rank());
      System.arraycopy(blocks.strides()[a], 0, s, 1, outer);
      strides[a] = s;
    }
    source.halve(fold, sizes, from, cut.members(), strides, into, 0, Dims.dense(sizes));
  }

  /**
   * Stages elements lo to hi of the reduced dimensions from d on, as at most two boxes per
   * dimension and one over the whole of those below.
   */
  private void stage(
      int d, int[] at, int lo, int hi, int width, int length, Object[] into, int put) {
    if (lo >= hi) {
      return;
    }
    int inner = reduced.rank() == 0 ? 1 : reduced.count(d + 1, reduced.rank());
    int first = lo / inner;
    int last = hi / inner;
    if (first == last && lo % inner + hi % inner > 0 && inner > 1) {
      stage(d + 1, moved(at, d, first), lo % inner, hi % inner, width, length, into, put);
      return;
    }
    int each = along ? 1 : width;
    if (lo % inner > 0) {
      int n = inner - lo % inner;
      stage(d + 1, moved(at, d, first), lo % inner, inner, width, length, into, put);
      put += n * each;
      first++;
    }
    if (first < last) {
      box(d, last - first, moved(at, d, first), width, length, into, put);
      put += (last - first) * inner * each;
    }
    stage(d + 1, moved(at, d, last), 0, hi % inner, width, length, into, put);
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
  private void box(int d, int n, int[] at, int width, int length, Object[] into, int put) {
    int operands = at.length;
    int depth = reduced.rank() - d; // 0 if nothing is reduced
    int[] sizes = new int[depth + 1];
    int[][] strides = new int[operands + 1][];
    for (int a = 0; a <= operands; a++) {
      strides[a] = new int[depth + 1];
    }
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
    source.stage(sizes, at, from, into, put, strides[operands]);
  }
}
