package gradus.kernel.winograd;

import gradus.kernel.array.Strided;
import gradus.kernel.gemm.Transposition;
import java.util.Arrays;

/**
 * The results of a convolution of 3 x 3 elements, cut into tiles of 4 x 4; the last of a row or
 * column may hang over the edge. Tiles are numbered along the rows, then down, then by image.
 *
 * @param images how many
 * @param in rows and columns of the source
 * @param before zeros in front of its rows and columns; less than 0 to skip some
 * @param out rows and columns of the result
 */
public record WinogradTiles(int images, Plane in, int rowsBefore, int columnsBefore, Plane out) {
  /** Channels are moved in whole groups of so many; every vector is a part of it. */
  static final int WHOLE = 16;

  private static final int RESULTS = WinogradTransform.RESULTS;

  /** The rows and columns of a channel. */
  public record Plane(int rows, int columns) {
    int size() {
      return rows * columns;
    }
  }

  /** Tiles next to each other in one row: {@code n} from {@code first} on, of those worked on. */
  @FunctionalInterface
  interface Run {
    void run(int image, int row, int column, int first, int n);
  }

  private int across() {
    return Math.ceilDiv(out.columns, RESULTS);
  }

  private int down() {
    return Math.ceilDiv(out.rows, RESULTS);
  }

  int count() {
    return images * down() * across();
  }

  /** Calls for each row's part of the tiles {@code from .. to-1}, with the place of its results. */
  void each(int from, int to, Run use) {
    int across = across();
    int n;
    for (int t = from; t < to; t += n) {
      n = Math.min(to - t, across - t % across);
      int row = t / across;
      use.run(row / down(), row % down() * RESULTS, t % across * RESULTS, t - from, n);
    }
  }

  /** The tiles of the adjoint, whose source is the result. */
  WinogradTiles adjoint() {
    int last = WinogradTransform.TAPS - 1;
    return new WinogradTiles(images, out, last - rowsBefore, last - columnsBefore, in);
  }

  /**
   * Transforms tiles to points.
   *
   * @param from the first tile; there are as many as in {@code points}
   * @param channels of all images, {@code [images, channels, rows, columns]}
   * @param results whether they hold the results in the tiles rather than the source
   * @param points as {@link Winograd#tiles} makes them
   */
  void transform(
      WinogradKernel kernel, int from, Strided channels, boolean results, Strided points) {
    each(
        from,
        from + points.size(0),
        (image, row, column, first, n) -> {
          Strided planes = channels.select(0, image);
          int y = results ? row : row - rowsBefore;
          int x = results ? column : column - columnsBefore;
          int side = results ? RESULTS : WinogradTransform.SIDE;
          Strided strip = strip(planes, y, x, side, (n - 1) * RESULTS + side);
          int stride = strip.size(2);
          int[] strides = {RESULTS * stride, strip.stride(0), stride};
          Strided tiles = Winograd.tiles(strip.array(), 0, n, stride, strides);
          Winograd.transform(kernel, tiles, null, points.rows(first, n));
          strip.release();
        });
  }

  /** So many channels in whole groups, as they are moved. */
  static int whole(int channels) {
    return Math.ceilDiv(channels, WHOLE) * WHOLE;
  }

  /** A rectangle of all planes, {@code [rows, columns, channels]}: what lies outside is zero. */
  private static Strided strip(Strided planes, int y, int x, int rows, int columns) {
    int channels = planes.size(0);
    int stride = whole(channels);
    int length = columns * stride;
    Strided strip = Strided.scratch(planes.array(), rows, columns, stride);
    float[] to = (float[]) strip.array();
    int low = Math.clamp(-x, 0, columns);
    int high = Math.clamp(planes.size(2) - x, low, columns);
    int top = Math.clamp(-y, 0, rows);
    int bottom = low == high ? top : Math.clamp(planes.size(1) - y, top, rows);
    if (stride > channels) {
      Arrays.fill(to, 0, rows * length, 0f); // computed with, but not stored
    } else {
      Arrays.fill(to, 0, top * length, 0f);
      for (int at = top * length; at < bottom * length; at += length) {
        Arrays.fill(to, at, at + low * stride, 0f);
        Arrays.fill(to, at + high * stride, at + length, 0f);
      }
      Arrays.fill(to, bottom * length, rows * length, 0f);
    }
    int from = planes.offset() + (y + top) * planes.stride(1) + x + low;
    int[] inside = {bottom - top, high - low, channels};
    int[] strides = {planes.stride(1), 1, planes.stride(0)};
    int[] moved = {length, stride, 1};
    Transposition.each(
        new Strided(planes.array(), from, inside, strides),
        new Strided(to, top * length + low * stride, inside, moved));
    return strip;
  }

  /** Stores the results of tiles, {@code [4, columns, channels and more]}. */
  static void store(Strided strip, Strided planes, int row, int column) {
    int channels = planes.size(0);
    int columns = Math.min(strip.size(1), planes.size(2) - column);
    int rows = Math.min(RESULTS, planes.size(1) - row);
    boolean whole = columns == strip.size(1) && columns == planes.size(2);
    int[] sizes = {whole ? 1 : rows, channels, whole ? rows * columns : columns};
    int at = planes.offset() + row * planes.stride(1) + column;
    int[] strides = {strip.stride(0), 1, strip.size(2)};
    int[] moved = {planes.stride(1), planes.stride(0), 1};
    Transposition.each(
        new Strided(strip.array(), strip.offset(), sizes, strides),
        new Strided(planes.array(), at, sizes, moved));
  }
}
