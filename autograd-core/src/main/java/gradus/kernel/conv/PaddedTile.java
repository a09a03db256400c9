package gradus.kernel.conv;

import gradus.kernel.array.Strided;
import gradus.kernel.gemm.Transposition;
import gradus.kernel.threads.Scratch;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What the positions of one tile read, with the zeros around the source: the element of a {@link
 * VirtualIm2col} in row p and column i is {@code array[rows[p] + positions[i]]}. No element is
 * copied more than once for a tap along d.
 *
 * <p>Channels follow each other, and where nothing lies outside of the source the array is the
 * source itself. Or several lie side by side: there is one row for each tap, and the channels of
 * position i are the run from {@code rows[p] + positions[i]} on.
 */
final class PaddedTile {
  private final VirtualIm2col lattice;
  private final Tile tile;

  /** Channels side by side; 1 if they follow each other. */
  private final int across;

  private final boolean inPlace;
  private final int height;
  private final int width;

  /** Elements of a channel. */
  private final int size;

  private final int[] rows;
  private final int[] positions;
  private Object array;

  /** Channels before they are put side by side. */
  private final @Nullable Object planes;

  /** For so many channels side by side, or 1 for blocks of channels that follow each other. */
  PaddedTile(VirtualIm2col lattice, Tile tile, int across, Object like) {
    this.lattice = lattice;
    this.tile = tile;
    this.across = across;
    this.inPlace = across == 1 && !lattice.isClipped();
    int depth = inPlace ? lattice.d().size() : lattice.d().taps();
    this.height = inPlace ? lattice.h().size() : lattice.h().reach(tile.rows());
    this.width = inPlace ? lattice.w().size() : lattice.w().reach(tile.width());
    this.size = depth * height * width;
    int channels = across == 1 ? lattice.channelsPerBlock() : 1;
    int sheet = channels * size;
    this.rows = new int[channels * lattice.taps()];
    this.positions = new int[tile.positions()];
    this.planes = across == 1 ? null : Scratch.like(like, across * sheet);
    this.array = inPlace ? like : Scratch.like(like, across * sheet * tile.sheets());
    setRows();
    if (!inPlace) {
      setPositions(i -> i * sheet);
    }
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
    if (!inPlace) {
      Scratch.release(array);
    }
    if (planes != null) {
      Scratch.release(planes);
    }
  }

  private void setRows() {
    int above = inPlace ? 0 : lattice.h().least();
    int before = inPlace ? 0 : lattice.w().least();
    int p = 0;
    for (int channel = 0; p < rows.length; channel += size) {
      for (int t = 0; t < lattice.d().taps(); t++) {
        int plane = channel + (inPlace ? lattice.d().offset()[t] : t) * height * width;
        for (int r : lattice.h().offset()) {
          for (int s : lattice.w().offset()) {
            rows[p++] = (plane + (r - above) * width + s - before) * across;
          }
        }
      }
    }
  }

  /** For the places where the sheets of the tile begin. */
  private void setPositions(IntUnaryOperator begin) {
    int top = inPlace ? tile.y() : 0;
    int left = inPlace ? tile.x() : 0;
    int i = 0;
    for (int sheet = 0; sheet < tile.sheets(); sheet++) {
      for (int y = top; y < top + tile.rows(); y++) {
        int row = begin.applyAsInt(sheet) + y * lattice.h().step() * width;
        for (int x = left; x < left + tile.width(); x++) {
          positions[i++] = (row + x * lattice.w().step()) * across;
        }
      }
    }
  }

  /** Lays out the channels {@code from .. to-1} of a group. */
  void fill(Strided group, int from, int to) {
    if (inPlace) {
      array = group.array();
      int first = group.offset() + from * size;
      setPositions(i -> first + lattice.sheetAt(tile.sheet() + i));
    } else {
      for (int i = 0; i < tile.sheets(); i++) {
        copy(group, i, from, 1, to - from, array, i * lattice.channelsPerBlock() * size);
      }
    }
  }

  /** Lays out {@code filled} channels side by side, {@code apart} from each other, and zeros. */
  void fill(Strided group, int channel, int apart, int filled) {
    for (int i = 0; planes != null && i < tile.sheets(); i++) {
      copy(group, i, channel, apart, filled, planes, 0);
      Strided to = Strided.matrix(array, i * size * across, size, across, across, 1);
      Transposition.padded(Strided.matrix(planes, 0, size, filled, 1, size), to);
    }
  }

  private void copy(
      Strided group, int sheet, int channel, int apart, int n, Object to, int offset) {
    Range down = lattice.h().read(tile.y(), tile.rows());
    Range along = lattice.w().read(tile.x(), tile.width());
    int at = offset;
    for (int c = 0; c < n; c++) {
      for (int t = 0; t < lattice.d().taps(); t++, at += height * width) {
        int plane = lattice.planeAt(group, tile.sheet() + sheet, channel + c * apart, t);
        Range.copy(down, along, group.array(), plane, to, at);
      }
    }
  }
}
