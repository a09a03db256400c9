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
record ReductionTask(Reduction of, int[] at, Strided[] to, int blockStride, Object[] stages) {
  /** Folds elements lo, at the beginning of a block, to hi. */
  void run(int lo, int hi) {
    int m = (hi - lo) / PairwiseTree.BLOCK;
    int rest = (hi - lo) % PairwiseTree.BLOCK;
    if (m > 0) {
      part(lo, PairwiseTree.BLOCK, m, of.whole, 0);
    }
    if (rest > 0) {
      part(hi - rest, rest, 1, of.last, m * blockStride);
    }
  }

  private int width() {
    return to[0].size(0);
  }

  /** Folds m blocks of n elements, which are whole or have a cut that says how. */
  private void part(int lo, int n, int m, @Nullable BlockSplit cut, int shift) {
    Strided[] kept = of.kept;
    Strided[] reduced = of.reduced;
    int width = width();
    boolean along = of.along;
    if (of.direct) {
      int stride = along ? kept[0].innerStride() : reduced[0].innerStride();
      int each = n == PairwiseTree.BLOCK ? width : Math.max(1, PairwiseTree.STAGE / n);
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
      int each = Math.max(1, PairwiseTree.STAGE / (n * m));
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
    Reducer fold = of.fold;
    PairwiseTree lanes = of.lanes;
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
  private void halve(int lo, int m, BlockSplit cut) {
    int[] extent = of.along && m > 1 ? cut.extent(m) : new int[0];
    Strided[] from = new Strided[at.length];
    for (int a = 0; a < from.length; a++) {
      Strided box = cut.places()[a];
      for (int d = extent.length - 1; d >= 0; d--) {
        box = box.outer(extent[d], cut.blocks()[a].stride(d));
      }
      int start = at[a] + of.reduced[a].distance(lo, of.reduced[a].rank());
      from[a] = ofResults(width(), a, box).from(start);
    }
    Strided[] into = new Strided[to.length];
    Arrays.setAll(into, v -> Strided.dense(stages[v], 0, from[0].sizes()));
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
    int width = into[0].size(0);
    Strided[] from = new Strided[at.length];
    for (int a = 0; a < from.length; a++) {
      Strided elements = of.reduced[a].trailing(d);
      Strided some = elements.rank() == 0 ? elements : elements.rows(0, n);
      from[a] = ofResults(width, a, some).from(at[a]);
    }
    Strided[] boxes = new Strided[into.length];
    for (int v = 0; v < boxes.length; v++) {
      Strided to = into[v];
      boxes[v] =
          of.along
              ? Strided.dense(to.array(), to.offset(), from[0].trailing(1).sizes())
                  .outer(width, to.stride(0))
              : Strided.dense(to.array(), to.offset(), from[0].sizes());
    }
    of.source.stage(from, boxes);
  }

  /** Some elements of operand a for each of so many results. */
  private Strided ofResults(int width, int a, Strided elements) {
    int next = of.kept[a].innerStride();
    return of.along ? elements.outer(width, next) : elements.inner(width, next);
  }
}
