package gradus.kernel.reduce;

import gradus.kernel.array.Strided;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What one thread folds at a time: some neighbouring results, over some blocks.
 *
 * @param at where the first result's elements begin in each operand
 * @param to for each value, its results [width]
 * @param blockStride from one block of a result to the next
 * @param stages a work array for each value
 */
record Unit(Reduction of, int[] at, Strided[] to, int blockStride, Object[] stages) {
  /** Folds elements lo, at the beginning of a block, to hi. */
  void run(int lo, int hi) {
    int m = (hi - lo) / Lanes.BLOCK;
    int rest = (hi - lo) % Lanes.BLOCK;
    if (m > 0) {
      part(lo, Lanes.BLOCK, m, of.whole, 0);
    }
    if (rest > 0) {
      part(hi - rest, rest, 1, of.last, m * blockStride);
    }
  }

  private int width() {
    return to[0].size(0);
  }

  /** Folds m blocks of n elements, which are whole or have a cut that says how. */
  private void part(int lo, int n, int m, @Nullable Cut cut, int shift) {
    Strided[] kept = of.kept;
    Strided[] reduced = of.reduced;
    int width = width();
    boolean along = of.along;
    if (of.direct) {
      int stride = along ? kept[0].innerStride() : reduced[0].innerStride();
      int each = n == Lanes.BLOCK ? width : Math.max(1, Lanes.STAGE / n);
      for (int t = 0; t < width; t += each) {
        int w = Math.min(each, width - t);
        int xo = at[0] + lo * reduced[0].innerStride() + t * kept[0].innerStride();
        fold(results(0, t, w, shift), elements(kept[0].array(), xo, stride, n * m, w), n);
      }
    } else if (cut != null) {
      halve(lo, m, cut);
      int left = cut.places()[0].count();
      for (int v = 0; v < to.length; v++) {
        int stride = along ? m * left : width;
        fold(results(v, 0, width, shift), elements(stages[v], 0, stride, left * m, width), left);
      }
    } else {
      int each = Math.max(1, Lanes.STAGE / (n * m));
      for (int t = 0; t < width; t += each) {
        int w = Math.min(each, width - t);
        int[] from = at.clone();
        for (int a = 0; a < from.length; a++) {
          from[a] += t * kept[a].innerStride();
        }
        Strided[] staged = new Strided[to.length];
        for (int v = 0; v < to.length; v++) {
          staged[v] = elements(stages[v], 0, along ? m * n : w, n * m, w);
        }
        stage(0, from, lo, lo + n * m, staged);
        for (int v = 0; v < to.length; v++) {
          fold(results(v, t, w, shift), staged[v], n);
        }
      }
    }
  }

  /** Some results of a value, of blocks so far on. */
  private Strided results(int v, int first, int n, int shift) {
    Strided some = to[v].rows(first, n);
    return some.from(some.offset() + shift);
  }

  /**
   * Elements of w results, [w, n].
   *
   * @param stride from one result to the next, or, if those are dense, from one element to the next
   */
  private Strided elements(Object x, int xo, int stride, int n, int w) {
    return of.along
        ? Strided.matrix(x, xo, w, n, stride, 1)
        : Strided.matrix(x, xo, w, n, 1, stride);
  }

  /** Folds the blocks of n elements of some results. */
  private void fold(Strided results, Strided x, int n) {
    Fold fold = of.fold;
    Lanes lanes = of.lanes;
    int m = x.size(1) / n;
    int width = x.size(0);
    if (!of.along) {
      lanes.down(fold, x.transposed(), results);
    } else if (m == 1) {
      lanes.along(fold, x, results);
    } else if (x.stride(0) == m * n && results.stride(0) == m * blockStride) {
      lanes.along(
          fold,
          Strided.matrix(x.array(), x.offset(), m * width, n, n, 1),
          Strided.vector(results.array(), results.offset(), m * width, blockStride));
    } else {
      for (int r = 0; r < width; r++) {
        int put = results.offset() + r * results.stride(0);
        lanes.along(
            fold,
            Strided.matrix(x.array(), x.at(r, 0), m, n, n, 1),
            Strided.vector(results.array(), put, m, blockStride));
      }
    }
  }

  /**
   * The first halvings of m blocks: [width, m, places], or [places, width] if results are dense.
   */
  private void halve(int lo, int m, Cut cut) {
    boolean along = of.along;
    int depth = cut.places()[0].rank();
    int outer = along && m > 1 ? cut.blocks()[0].rank() : 0;
    int rank = 1 + outer + depth;
    int keptAt = along ? 0 : rank - 1;
    int placesAt = along ? 1 + outer : 0;
    int[] sizes = new int[rank];
    sizes[keptAt] = width();
    System.arraycopy(cut.places()[0].sizes(), 0, sizes, placesAt, depth);
    if (outer > 0) {
      System.arraycopy(cut.extent(m), 0, sizes, 1, outer);
    }
    Strided[] from = new Strided[at.length];
    for (int a = 0; a < from.length; a++) {
      Strided reduced = of.reduced[a];
      int[] s = new int[rank];
      s[keptAt] = of.kept[a].innerStride();
      System.arraycopy(cut.places()[a].strides(), 0, s, placesAt, depth);
      System.arraycopy(cut.blocks()[a].strides(), 0, s, 1, outer);
      int start = at[a] + reduced.distance(lo, reduced.rank());
      from[a] = new Strided(reduced.array(), start, sizes, s);
    }
    Strided[] into = new Strided[to.length];
    Arrays.setAll(into, v -> Strided.dense(stages[v], 0, sizes));
    of.source.halve(of.fold, from, cut.members(), into);
  }

  /**
   * Stages elements lo to hi of the reduced dimensions from d on, as at most two boxes per
   * dimension and one over the whole of those below.
   *
   * @param into where they go, as [width, elements]
   */
  private void stage(int d, int[] at, int lo, int hi, Strided[] into) {
    if (lo >= hi) {
      return;
    }
    Strided reduced = of.reduced[0];
    int inner = reduced.rank() == 0 ? 1 : reduced.count(d + 1, reduced.rank());
    int first = lo / inner;
    int last = hi / inner;
    if (first == last && lo % inner + hi % inner > 0 && inner > 1) {
      stage(d + 1, moved(at, d, first), lo % inner, hi % inner, into);
      return;
    }
    if (lo % inner > 0) {
      stage(d + 1, moved(at, d, first), lo % inner, inner, into);
      into = behind(into, inner - lo % inner);
      first++;
    }
    if (first < last) {
      box(d, last - first, moved(at, d, first), into);
      into = behind(into, (last - first) * inner);
    }
    stage(d + 1, moved(at, d, last), 0, hi % inner, into);
  }

  private static Strided[] behind(Strided[] into, int n) {
    Strided[] rest = new Strided[into.length];
    for (int v = 0; v < rest.length; v++) {
      rest[v] = into[v].from(into[v].at(0, n));
    }
    return rest;
  }

  private int[] moved(int[] at, int d, int steps) {
    if (of.reduced[0].rank() == 0 || steps == 0) {
      return at;
    }
    int[] moved = at.clone();
    for (int a = 0; a < moved.length; a++) {
      moved[a] += steps * of.reduced[a].stride(d);
    }
    return moved;
  }

  /** Stages {@code n} steps of reduced dimension d and all of those below it, for each result. */
  private void box(int d, int n, int[] at, Strided[] into) {
    int depth = of.reduced[0].rank() - d; // 0 if nothing is reduced
    int shift = of.along ? 1 : 0;
    int keptAt = of.along ? 0 : depth;
    int[] sizes = new int[depth + 1];
    int[] strides = new int[depth + 1];
    int dense = into[0].stride(1);
    for (int i = depth - 1; i >= 0; i--) {
      sizes[i + shift] = i == 0 ? n : of.reduced[0].size(d + i);
      strides[i + shift] = dense;
      dense *= sizes[i + shift];
    }
    sizes[keptAt] = into[0].size(0);
    strides[keptAt] = into[0].stride(0);
    Strided[] from = new Strided[at.length];
    for (int a = 0; a < from.length; a++) {
      int[] s = new int[depth + 1];
      s[keptAt] = of.kept[a].innerStride();
      System.arraycopy(of.reduced[a].strides(), d, s, shift, depth);
      from[a] = new Strided(of.kept[a].array(), at[a], sizes, s);
    }
    Strided[] boxes = new Strided[into.length];
    for (int v = 0; v < boxes.length; v++) {
      boxes[v] = new Strided(into[v].array(), into[v].offset(), sizes, strides);
    }
    of.source.stage(from, boxes);
  }
}
