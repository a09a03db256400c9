package gradus.kernel.conv;

import gradus.kernel.array.Strided;

/**
 * The im2col matrix {@code B[(channel, tap), position]} of one group of channels of a source {@code
 * [images, channels of all groups, d, h, w]}: what a sliding product reads. It is never built.
 *
 * <p>Positions are cut into {@link Tile}s. A sheet is one image at one position along d; a tile is
 * a piece of one sheet, or several whole sheets if they are small.
 *
 * @param imageStride elements from one image of the source to the next
 * @param channels of one group
 */
record VirtualIm2col(
    int images, int imageStride, int channels, KernelTaps d, KernelTaps h, KernelTaps w) {
  /** Positions of a tile, about: their columns of the matrix should fit the second-level cache. */
  private static final int POSITIONS = 512;

  /** Elements of the matrix that are laid out at a time. */
  private static final int ROOM = 1 << 16;

  /** Rows of the matrix that are laid out at a time, about: a block of a matrix product. */
  private static final int ROWS = 320;

  static VirtualIm2col of(
      int images, int imageStride, int channels, KernelTaps d, KernelTaps h, KernelTaps w) {
    KernelTaps one = KernelTaps.ONE;
    if (!h.isPlain() || !w.isPlain()) {
      return new VirtualIm2col(images, imageStride, channels, d, h, w);
    }
    return d.isPlain()
        ? new VirtualIm2col(images, imageStride, channels, one, one, d.times(h.times(w)))
        : new VirtualIm2col(images, imageStride, channels, d, one, h.times(w));
  }

  int taps() {
    return d.taps() * h.taps() * w.taps();
  }

  int positions() {
    return d.count() * h.count() * w.count();
  }

  /** Rows of the matrix. */
  int depth() {
    return channels * taps();
  }

  /** Multiply-adds of a product of the matrix with so many rows. */
  long work(int rows) {
    return (long) images * positions() * depth() * rows;
  }

  private int plane() {
    return h.count() * w.count();
  }

  private int sheetsPerTile() {
    return Math.clamp(POSITIONS / 2 / plane(), 1, images * d.count());
  }

  private int rowsPerTile() {
    int bands = Math.ceilDiv(h.count(), Math.clamp(POSITIONS / w.count(), 1, h.count()));
    return Math.ceilDiv(h.count(), bands);
  }

  private int widthPerTile() {
    return Math.min(w.count(), 2 * POSITIONS);
  }

  /** The number of tiles. */
  int tiles() {
    return images * positions() == 0
        ? 0
        : Math.ceilDiv(images * d.count(), sheetsPerTile())
            * Math.ceilDiv(h.count(), rowsPerTile())
            * Math.ceilDiv(w.count(), widthPerTile());
  }

  Tile tile(int i) {
    int across = Math.ceilDiv(w.count(), widthPerTile());
    int down = Math.ceilDiv(h.count(), rowsPerTile());
    int x = i % across * widthPerTile();
    int y = i / across % down * rowsPerTile();
    int sheet = i / across / down * sheetsPerTile();
    int sheets = Math.min(sheetsPerTile(), images * d.count() - sheet);
    int rows = Math.min(rowsPerTile(), h.count() - y);
    return new Tile(sheet, sheets, y, rows, x, Math.min(widthPerTile(), w.count() - x));
  }

  /** Channels that are laid out at a time. */
  int channelsPerBlock() {
    int positions = Math.min(sheetsPerTile() * rowsPerTile() * widthPerTile(), 4 * POSITIONS);
    int most = Math.min(ROWS / taps(), ROOM / Math.max(1, taps() * positions) * h.taps());
    int blocks = Math.ceilDiv(channels, Math.max(1, most));
    return Math.ceilDiv(channels, Math.max(1, blocks));
  }

  /** The source from one of so many groups on. */
  Strided group(Strided source, int groups, int group) {
    return source.from(source.offset() + group * (imageStride / groups));
  }

  /** Where the plane of a channel of a group and a tap along d begins, -1 outside. */
  int planeAt(Strided group, int sheet, int channel, int t) {
    int z = sheet % d.count() * d.step() + d.offset()[t];
    int plane = channel * d.size() + d.offset()[t];
    return z < 0 || z >= d.size()
        ? -1
        : group.offset() + sheetAt(sheet) + plane * h.size() * w.size();
  }

  /** How far the plane of the first channel that offset 0 along d means lies behind the first. */
  int sheetAt(int sheet) {
    int z = sheet % d.count() * d.step();
    return sheet / d.count() * imageStride + z * h.size() * w.size();
  }

  /** Whether some position meets a zero outside of the source. */
  boolean isClipped() {
    return d.isClipped() || h.isClipped() || w.isClipped();
  }

  /** Whether {@link Im2colTile} cost little: few copies, and long runs of positions. */
  boolean hasCheapColumns() {
    return sheetsPerTile() == 1 && h.step() == 1 && w.step() == 1;
  }

  /** Whether taps along h may share rows: where the result moves as the source does. */
  boolean sharesRows(Tile tile) {
    return tile.sheets() == 1 && h.step() == 1 && h.taps() > 1;
  }

  /** Whether the rows of the matrix lie in the source as they are. */
  boolean inPlace(Tile tile) {
    return tile.sheets() == 1 && isPlain();
  }

  /** Whether every position reads the one place of its own. */
  boolean isPlain() {
    return d.isPlain() && h.isPlain() && w.isPlain();
  }
}
