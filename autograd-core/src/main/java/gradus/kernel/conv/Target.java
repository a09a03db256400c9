package gradus.kernel.conv;

import gradus.kernel.conv.Lattice.Tile;

/**
 * Where a sliding product goes: position {@code [z,y,x]} of a channel to {@code [first + z*step,
 * ...]} of a tensor {@code [images, channels, size...]}.
 */
record Target(Object array, int offset, int imageStride, int[] size, int[] first, int[] step) {
  static Target dense(Object array, int offset, int channels, Lattice lattice) {
    int[] size = {lattice.d().count(), lattice.h().count(), lattice.w().count()};
    int[] one = {1, 1, 1};
    return new Target(array, offset, channels * lattice.positions(), size, new int[3], one);
  }

  int channelStride() {
    return size[0] * size[1] * size[2];
  }

  /** Whether a tile's positions follow each other here. */
  boolean takes(Tile tile) {
    return tile.sheets() == 1 && step[0] == 1 && step[1] == 1 && step[2] == 1;
  }

  /** Whether the rows of a sheet's part follow each other here. */
  boolean isDenseInRows() {
    return step[1] == 1 && step[2] == 1;
  }

  /** The index of a tile's first position, i sheets on and j rows on, in a channel. */
  int at(Lattice lattice, Tile tile, int channel, int i, int j) {
    int sheet = tile.sheet() + i;
    int depth = lattice.d().count();
    int z = first[0] + sheet % depth * step[0];
    int y = first[1] + (tile.y() + j) * step[1];
    int x = first[2] + tile.x() * step[2];
    return offset
        + sheet / depth * imageStride
        + channel * channelStride()
        + (z * size[1] + y) * size[2]
        + x;
  }

  /** Copies {@code from[channels, positions]}. */
  void store(Lattice lattice, Tile tile, int channel, int channels, Object from) {
    int at = 0;
    for (int c = channel; c < channel + channels; c++) {
      for (int i = 0; i < tile.sheets(); i++) {
        if (isDenseInRows()) {
          int n = tile.rows() * tile.width();
          Typed.spread(n, from, at, array, at(lattice, tile, c, i, 0), 1);
          at += n;
        } else {
          for (int j = 0; j < tile.rows(); j++, at += tile.width()) {
            Typed.spread(tile.width(), from, at, array, at(lattice, tile, c, i, j), step[2]);
          }
        }
      }
    }
  }

  /** Copies to {@code to[channels, positions]}, from a target that is dense. */
  void load(Lattice lattice, Tile tile, int channel, int channels, Object to) {
    int at = 0;
    int n = tile.rows() * tile.width();
    for (int c = channel; c < channel + channels; c++) {
      for (int i = 0; i < tile.sheets(); i++, at += n) {
        System.arraycopy(array, at(lattice, tile, c, i, 0), to, at, n);
      }
    }
  }
}
