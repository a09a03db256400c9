package gradus.kernel.conv;

import gradus.kernel.array.Strided;
import gradus.kernel.threads.Scratch;

/**
 * A tile of the im2col matrix of a {@link Lattice}: row p is the run of {@code tile.positions()}
 * elements from {@code at[p]} on.
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
  private final Range[] across;
  private Object array;
  private boolean owned;

  Columns(Lattice lattice, Tile tile, Object like) {
    this.lattice = lattice;
    this.tile = tile;
    this.at = new int[lattice.channelsPerBlock() * lattice.taps()];
    this.array = like;
    Taps w = lattice.w();
    this.across = new Range[w.taps()];
    for (int s = 0; s < across.length; s++) {
      int first = tile.x() * w.step() + w.offset()[s];
      across[s] = Range.of(tile.width(), first, w.step(), w.size());
    }
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
      Scratch.release(array);
    }
  }

  /** Lays out the channels {@code from .. to-1} of a group. */
  void fill(Strided group, int from, int to) {
    if (lattice.inPlace(tile)) {
      array = group.array();
      for (int c = from; c < to; c++) {
        at[c - from] =
            lattice.planeAt(group, tile.sheet(), c, 0) + tile.y() * lattice.w().count() + tile.x();
      }
    } else if (lattice.sharesRows(tile)) {
      shared(group, from, to);
    } else {
      separate(group, from, to);
    }
  }

  private void room(int n) {
    if (!owned) {
      array = Scratch.like(array, n);
      owned = true;
    }
  }

  private void shared(Strided group, int from, int to) {
    Taps h = lattice.h();
    Taps w = lattice.w();
    Range range = h.read(tile.y(), tile.rows());
    int rows = range.count();
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
        int plane = lattice.planeAt(group, tile.sheet(), c, t);
        for (int s = 0; s < w.taps(); s++) {
          Range.copy(range, across[s], group.array(), plane, array, to0);
          to0 += rows * tile.width();
        }
      }
    }
  }

  private void separate(Strided group, int from, int to) {
    Taps h = lattice.h();
    int positions = tile.positions();
    int rows = tile.rows();
    Range[] down = new Range[h.taps()];
    for (int r = 0; r < down.length; r++) {
      down[r] = Range.of(rows, tile.y() * h.step() + h.offset()[r], h.step(), h.size());
    }
    room(lattice.channelsPerBlock() * lattice.taps() * positions);
    int p = 0;
    for (int c = from; c < to; c++) {
      for (int t = 0; t < lattice.d().taps(); t++) {
        for (int r = 0; r < h.taps(); r++) {
          for (int s = 0; s < lattice.w().taps(); s++) {
            at[p] = p * positions;
            for (int i = 0; i < tile.sheets(); i++) {
              int plane = lattice.planeAt(group, tile.sheet() + i, c, t);
              int to0 = at[p] + i * rows * tile.width();
              Range.copy(down[r], across[s], group.array(), plane, array, to0);
            }
            p++;
          }
        }
      }
    }
  }
}
