package gradus.kernel.conv;

import gradus.kernel.array.Strided;

/**
 * Positions of a sliding product's result that are worked on together: the sheets {@code sheet ..
 * +sheets-1}, the rows {@code y .. +rows-1} and columns {@code x .. +width-1} of each. A sheet is
 * one image at one position along d.
 *
 * <p>Results, and their gradients, are views {@code [images, channels, d, h, w]}, which need not be
 * dense: those of an adjoint with strides lie apart.
 */
record Tile(int sheet, int sheets, int y, int rows, int x, int width) {
  int positions() {
    return sheets * rows * width;
  }

  /** The index of the first position, i sheets on and j rows on, in a channel of a result. */
  int at(Strided of, int channel, int i, int j) {
    int depth = of.size(2);
    return of.offset()
        + (sheet + i) / depth * of.stride(0)
        + channel * of.stride(1)
        + (sheet + i) % depth * of.stride(2)
        + (y + j) * of.stride(3)
        + x * of.stride(4);
  }

  /** Whether the rows of a sheet's part follow each other in a result. */
  static boolean isDenseInRows(Strided of) {
    return of.stride(4) == 1 && of.stride(3) == of.size(4);
  }

  /** Whether all positions of the tile do. */
  boolean isDense(Strided in) {
    return sheets == 1 && isDenseInRows(in);
  }

  /** Sheet i's part of some channels of such a result, {@code [channels, rows * width]}. */
  Strided matrix(Strided of, int channel, int channels, int i) {
    int at = at(of, channel, i, 0);
    return Strided.matrix(of.array(), at, channels, rows * width, of.stride(1), 1);
  }

  /** Copies {@code from[channels, positions]} to the channels from {@code channel} on. */
  void store(Object from, int channel, int channels, Strided to) {
    int at = 0;
    boolean dense = isDenseInRows(to);
    int n = dense ? rows * width : width;
    for (int c = channel; c < channel + channels; c++) {
      for (int i = 0; i < sheets; i++) {
        for (int j = 0; j < (dense ? 1 : rows); j++, at += n) {
          Loops.copy(n, from, at, 1, to.array(), at(to, c, i, j), to.stride(4));
        }
      }
    }
  }

  /** Channels of a dense view as {@code [channels, positions]}: a view, or a copy on loan. */
  Strided load(Strided from, int channel, int channels) {
    if (isDense(from)) {
      return matrix(from, channel, channels, 0);
    }
    Strided copy = Strided.scratch(from.array(), channels, positions());
    int n = rows * width;
    for (int i = 0, at = 0; i < channels * sheets; i++, at += n) {
      int begin = at(from, channel + i / sheets, i % sheets, 0);
      System.arraycopy(from.array(), begin, copy.array(), at, n);
    }
    return copy;
  }

  /** Ends the loan of what {@link #load} made, if it is one. */
  void release(Strided loaded, Strided from) {
    if (!isDense(from)) {
      loaded.release();
    }
  }
}
