package gradus.kernel.conv;

import gradus.kernel.array.Strided;
import gradus.kernel.threads.Scratch;

/**
 * A tile of the im2col matrix of a {@link VirtualIm2col}: row p is the run of {@code
 * tile.positions()} elements from {@code at[p]} on.
 *
 * <p>For each tap along w there is a copy of the source shifted by it, with zeros where it leaves
 * the source. In such a copy the positions of the result lie without gaps, and so they do from any
 * row on: the taps along h are other beginnings of the same run. (If rows are skipped, or sheets
 * put side by side, each tap along h has a copy of its own.)
 */
final class Im2colTile {
  private final VirtualIm2col lattice;
  private final Tile tile;
  private final boolean inPlace;

  /** What the copies hold of rows, and of columns. */
  private final Range[] down;

  private final Range[] across;
  private final int[] at;
  private Object array;

  Im2colTile(VirtualIm2col lattice, Tile tile, Object like) {
    this.lattice = lattice;
    this.tile = tile;
    this.inPlace = lattice.inPlace(tile);
    boolean shared = lattice.sharesRows(tile);
    KernelTaps h = lattice.h();
    this.down =
        shared ? new Range[] {h.read(tile.y(), tile.rows())} : h.readByTap(tile.y(), tile.rows());
    this.across = lattice.w().readByTap(tile.x(), tile.width());
    int planes = lattice.channelsPerBlock() * lattice.d().taps();
    this.at = new int[planes * h.taps() * across.length];
    this.array = inPlace ? like : Scratch.like(like, planes * plane());
    int p = 0;
    for (int plane = 0; plane < planes && !inPlace; plane++) {
      for (int r = 0; r < h.taps(); r++) {
        int row = shared ? (h.offset()[r] - h.least()) * tile.width() : r * across.length * copy();
        for (int s = 0; s < across.length; s++) {
          at[p++] = plane * plane() + row + s * copy();
        }
      }
    }
  }

  /** Elements of a copy. */
  private int copy() {
    return tile.sheets() * down[0].count() * tile.width();
  }

  /** Elements of all copies of a plane. */
  private int plane() {
    return down.length * across.length * copy();
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
    if (!inPlace) {
      Scratch.release(array);
    }
  }

  /** Lays out the channels {@code from .. to-1} of a group. */
  void fill(Strided group, int from, int to) {
    if (inPlace) {
      array = group.array();
      for (int c = from; c < to; c++) {
        at[c - from] =
            lattice.planeAt(group, tile.sheet(), c, 0) + tile.y() * lattice.w().count() + tile.x();
      }
      return;
    }
    int begin = 0;
    for (int c = from; c < to; c++) {
      for (int t = 0; t < lattice.d().taps(); t++, begin += plane()) {
        for (int i = 0; i < tile.sheets(); i++) {
          int plane = lattice.planeAt(group, tile.sheet() + i, c, t);
          int place = begin + i * down[0].count() * tile.width();
          for (Range rows : down) {
            for (Range columns : across) {
              Range.copy(rows, columns, group.array(), plane, array, place);
              place += copy();
            }
          }
        }
      }
    }
  }
}
