package gradus.kernel.conv;

import gradus.kernel.array.Strided;
import gradus.kernel.gemm.Transposition;
import gradus.kernel.threads.Scratch;

/**
 * What the positions of one tile read of a few channels, with the zeros around the source and the
 * channels side by side: those of position i under tap t are the run from {@code taps()[t] +
 * positions()[i]} on. No element is there twice but for taps along d.
 */
final class ChannelHalo {
  private final Lattice lattice;
  private final Tile tile;
  private final int across;
  private final int height;
  private final int width;
  private final int extent;
  private final Object planes;
  private final Object array;

  /** For so many channels across. */
  ChannelHalo(Lattice lattice, Tile tile, int across, Object like) {
    this.lattice = lattice;
    this.tile = tile;
    this.across = across;
    this.height = lattice.h().reach(tile.rows());
    this.width = lattice.w().reach(tile.width());
    this.extent = lattice.d().taps() * height * width;
    this.planes = Scratch.like(like, across * extent);
    this.array = Scratch.like(like, across * extent * tile.sheets());
  }

  Object array() {
    return array;
  }

  void release() {
    Scratch.release(planes);
    Scratch.release(array);
  }

  int[] positions() {
    int[] positions = new int[tile.positions()];
    int i = 0;
    for (int sheet = 0; sheet < tile.sheets(); sheet++) {
      for (int y = 0; y < tile.rows(); y++) {
        int row = sheet * extent + y * lattice.h().step() * width;
        for (int x = 0; x < tile.width(); x++) {
          positions[i++] = (row + x * lattice.w().step()) * across;
        }
      }
    }
    return positions;
  }

  int[] taps() {
    int[] taps = new int[lattice.taps()];
    int i = 0;
    for (int t = 0; t < lattice.d().taps(); t++) {
      for (int r : lattice.h().offset()) {
        for (int s : lattice.w().offset()) {
          int row = t * height + r - lattice.h().least();
          taps[i++] = (row * width + s - lattice.w().least()) * across;
        }
      }
    }
    return taps;
  }

  /** Lays out {@code filled} channels, {@code apart} from each other, and zeros. */
  void fill(Strided source, int so, int channel, int apart, int filled) {
    Range rows = lattice.h().read(tile.y(), tile.rows());
    Range columns = lattice.w().read(tile.x(), tile.width());
    for (int i = 0; i < tile.sheets(); i++) {
      int at = 0;
      for (int c = 0; c < filled; c++) {
        for (int t = 0; t < lattice.d().taps(); t++, at += height * width) {
          int plane = lattice.planeAt(so, tile.sheet() + i, channel + c * apart, t);
          Range.copy(rows, columns, source.array(), plane, planes, at);
        }
      }
      int begin = i * extent * across;
      Transposition.run(
          Strided.matrix(planes, 0, extent, filled, 1, extent),
          Strided.matrix(array, begin, extent, filled, across, 1));
      for (int p = 0; p < extent && filled < across; p++) {
        Loops.zero(array, begin + p * across + filled, across - filled);
      }
    }
  }
}
