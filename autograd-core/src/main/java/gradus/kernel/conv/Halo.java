package gradus.kernel.conv;

import gradus.kernel.array.Strided;
import gradus.kernel.threads.Scratch;

/**
 * What the positions of one tile read, with the zeros around the source: the element of a {@link
 * Lattice}'s matrix in row p and column i is {@code array[rows[p] + positions[i]]}. No element is
 * copied more than once for a tap along d, and none where nothing lies outside of the source.
 */
final class Halo {
  private final Lattice lattice;
  private final Tile tile;
  private final boolean inPlace;
  private final int height;
  private final int width;
  private final int[] rows;
  private final int[] positions;
  private Object array;
  private boolean owned;

  Halo(Lattice lattice, Tile tile, Object like) {
    this.lattice = lattice;
    this.tile = tile;
    this.inPlace = !lattice.d().isClipped() && !lattice.h().isClipped() && !lattice.w().isClipped();
    this.height = inPlace ? lattice.h().size() : lattice.h().reach(tile.rows());
    this.width = inPlace ? lattice.w().size() : lattice.w().reach(tile.width());
    this.rows = new int[lattice.channelsPerBlock() * lattice.taps()];
    this.positions = new int[tile.positions()];
    this.array = like;
  }

  Object array() {
    return array;
  }

  int[] rows() {
    return rows;
  }

  int[] positions() {
    return positions;
  }

  void release() {
    if (owned) {
      Scratch.release(array);
    }
  }

  /** Lays out the channels {@code from .. to-1} of the group that begins at {@code so}. */
  void fill(Strided source, int so, int from, int to) {
    int planes = inPlace ? lattice.d().size() : lattice.d().taps();
    int above = inPlace ? 0 : lattice.h().least();
    int before = inPlace ? 0 : lattice.w().least();
    int p = 0;
    for (int c = 0; c < to - from; c++) {
      for (int t = 0; t < lattice.d().taps(); t++) {
        int plane = c * planes + (inPlace ? lattice.d().offset()[t] : t);
        for (int r : lattice.h().offset()) {
          int row = plane * height + r - above;
          for (int s : lattice.w().offset()) {
            rows[p++] = row * width + s - before;
          }
        }
      }
    }
    if (inPlace) {
      array = source.array();
      int group = so + from * planes * height * width;
      place(sheet -> group + lattice.imageAt(sheet) + lattice.depthAt(sheet) * height * width);
    } else {
      copy(source, so, from, to);
      place(sheet -> (sheet - tile.sheet()) * (to - from) * planes * height * width);
    }
  }

  /** Where a sheet begins. */
  private interface Begin {
    int of(int sheet);
  }

  private void place(Begin begin) {
    int top = inPlace ? tile.y() : 0;
    int left = inPlace ? tile.x() : 0;
    int i = 0;
    for (int sheet = tile.sheet(); sheet < tile.sheet() + tile.sheets(); sheet++) {
      int first = begin.of(sheet);
      for (int y = top; y < top + tile.rows(); y++) {
        int row = first + y * lattice.h().step() * width;
        for (int x = left; x < left + tile.width(); x++) {
          positions[i++] = row + x * lattice.w().step();
        }
      }
    }
  }

  private void copy(Strided source, int so, int from, int to) {
    int size = height * width;
    int depth = lattice.d().taps();
    if (!owned) {
      array = Scratch.like(array, tile.sheets() * lattice.channelsPerBlock() * depth * size);
      owned = true;
    }
    Range down = lattice.h().read(tile.y(), tile.rows());
    Range across = lattice.w().read(tile.x(), tile.width());
    int at = 0;
    for (int i = 0; i < tile.sheets(); i++) {
      for (int c = from; c < to; c++) {
        for (int t = 0; t < depth; t++, at += size) {
          int plane = lattice.planeAt(so, tile.sheet() + i, c, t);
          Range.copy(down, across, source.array(), plane, array, at);
        }
      }
    }
  }
}
