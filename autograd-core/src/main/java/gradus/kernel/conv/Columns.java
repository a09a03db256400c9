package gradus.kernel.conv;

import gradus.kernel.conv.Lattice.Tile;

/**
 * Rows of a {@link Lattice}'s matrix laid out for one tile: row p is the run of {@code
 * tile.positions()} elements from {@code at[p]} on.
 *
 * <p>For each tap along w there is a copy of the source shifted by it, with zeros where it leaves
 * the source. In such a copy the positions of the result lie without gaps, and so they do from any
 * row on: the taps along h are other beginnings of the same run. (If rows are skipped, or sheets
 * put side by side, each tap along h has a copy of its own.)
 */
final class Columns {
  private final Lattice lattice;
  private final Tile tile;
  private final int[] at;
  private Object array;
  private boolean owned;

  Columns(Lattice lattice, Tile tile, Object like) {
    this.lattice = lattice;
    this.tile = tile;
    this.at = new int[lattice.channelsPerBlock() * lattice.taps()];
    this.array = like;
  }

  Object array() {
    return array;
  }

  int[] at() {
    return at;
  }

  /** Whether the runs begin at equal distances, as rows of a matrix do. */
  boolean isEven() {
    return !lattice.sharesRows(tile);
  }

  void release() {
    if (owned) {
      Typed.release(array);
    }
  }

  /** Lays out the channels {@code from .. to-1} of the group that begins at {@code so}. */
  void fill(Object source, int so, int from, int to) {
    if (lattice.inPlace(tile)) {
      array = source;
      for (int c = from; c < to; c++) {
        at[c - from] =
            so + lattice.planeAt(tile.sheet(), c, 0) + tile.y() * lattice.w().count() + tile.x();
      }
    } else if (lattice.sharesRows(tile)) {
      shared(source, so, from, to);
    } else {
      separate(source, so, from, to);
    }
  }

  private void room(int n) {
    if (!owned) {
      array = Typed.scratch(array, n);
      owned = true;
    }
  }

  private void shared(Object source, int so, int from, int to) {
    Taps h = lattice.h();
    Taps w = lattice.w();
    int first = tile.y() + h.least();
    int rows = tile.rows() + h.most() - h.least();
    int depth = lattice.d().taps();
    room(lattice.channelsPerBlock() * depth * w.taps() * rows * tile.width());
    int p = 0;
    int to0 = 0;
    for (int c = from; c < to; c++) {
      for (int t = 0; t < depth; t++) {
        for (int r = 0; r < h.taps(); r++) {
          for (int s = 0; s < w.taps(); s++) {
            at[p++] = to0 + (s * rows + h.offset()[r] - h.least()) * tile.width();
          }
        }
        int plane = lattice.planeAt(tile.sheet(), c, t);
        for (int s = 0; s < w.taps(); s++) {
          rows(source, so, plane, first, 1, rows, s, to0);
          to0 += rows * tile.width();
        }
      }
    }
  }

  private void separate(Object source, int so, int from, int to) {
    Taps h = lattice.h();
    int positions = tile.positions();
    int rows = tile.rows();
    room(lattice.channelsPerBlock() * lattice.taps() * positions);
    int p = 0;
    for (int c = from; c < to; c++) {
      for (int t = 0; t < lattice.d().taps(); t++) {
        for (int r = 0; r < h.taps(); r++) {
          int first = tile.y() * h.step() + h.offset()[r];
          for (int s = 0; s < lattice.w().taps(); s++) {
            at[p] = p * positions;
            for (int i = 0; i < tile.sheets(); i++) {
              int plane = lattice.planeAt(tile.sheet() + i, c, t);
              rows(source, so, plane, first, h.step(), rows, s, at[p] + i * rows * tile.width());
            }
            p++;
          }
        }
      }
    }
  }

  /** Rows {@code first, first + step, ...} of one plane, shifted by the tap s along w. */
  private void rows(
      Object source, int so, int plane, int first, int step, int rows, int s, int to) {
    Taps w = lattice.w();
    int width = tile.width();
    int shift = tile.x() * w.step() + w.offset()[s];
    // x lies inside where 0 <= x*step + shift < size
    int begin = Math.clamp(Math.ceilDiv(-shift, w.step()), 0, width);
    int end = Math.clamp(Math.ceilDiv(w.size() - shift, w.step()), begin, width);
    int low = plane < 0 ? rows : Math.clamp(Math.ceilDiv(-first, step), 0, rows);
    int high =
        plane < 0 ? rows : Math.clamp(Math.ceilDiv(lattice.h().size() - first, step), low, rows);
    Typed.zero(array, to, low * width);
    Typed.rows(
        high - low,
        width,
        begin,
        end,
        source,
        so + plane + (first + low * step) * w.size() + shift,
        step * w.size(),
        w.step(),
        array,
        to + low * width);
    Typed.zero(array, to + high * width, (rows - high) * width);
  }
}
