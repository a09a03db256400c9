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

  /** Copies channels of a dense view to {@code to[channels, positions]}. */
  void load(Strided from, int channel, int channels, Object to) {
    int at = 0;
    int n = rows * width;
    for (int c = channel; c < channel + channels; c++) {
      for (int i = 0; i < sheets; i++, at += n) {
        System.arraycopy(from.array(), at(from, c, i, 0), to, at, n);
      }
    }
  }
}
