package gradus.kernel.winograd;

import gradus.kernel.array.Strided;
import gradus.kernel.gemm.Transposition;
import gradus.kernel.threads.Scratch;
import java.util.Arrays;

/**
 * The results of a convolution of 3 x 3 elements, cut into tiles of 4 x 4; the last of a row or
 * column may hang over the edge. Tiles are numbered along the rows, then down, then by image.
 *
 * @param images how many
 * @param in rows and columns of the source
 * @param rowsBefore zeros in front of its rows; less than 0 to skip some
 * @param columnsBefore zeros in front of its columns, likewise
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
          int y = results ? row : row - rowsBefore;
          int x = results ? column : column - columnsBefore;
          int side = results ? RESULTS : WinogradTransform.SIDE;
          int stride = whole(channels.size(1));
          int length = ((n - 1) * RESULTS + side) * stride;
          float[] work = Scratch.floats(side * length);
          Strided strip = Winograd.tiles(work, 0, n, stride, RESULTS * stride, length, stride);
          load(channels, image, y, x, side, strip);
          Winograd.transform(kernel, strip, null, points.rows(first, n));
          strip.release();
        });
  }

  /** So many channels in whole groups, as they are moved. */
  static int whole(int channels) {
    return Math.ceilDiv(channels, WHOLE) * WHOLE;
  }

  /**
   * Loads a rectangle of an image's channels, as high as a tile: what lies outside is zero.
   *
   * @param strip tiles that overlap, as {@link Winograd#tiles} makes them
   */
  private static void load(Strided of, int image, int y, int x, int rows, Strided strip) {
    int channels = of.size(1);
    int length = strip.stride(1);
    int stride = strip.stride(2);
    int columns = length / stride;
    float[] to = (float[]) strip.array();
    int low = Math.clamp(-x, 0, columns);
    int high = Math.clamp(of.size(3) - x, low, columns);
    int top = Math.clamp(-y, 0, rows);
    int bottom = low == high ? top : Math.clamp(of.size(2) - y, top, rows);
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
    int from = of.offset() + image * of.stride(0) + (y + top) * of.stride(2) + x + low;
    int[] inside = {bottom - top, high - low, channels};
    int[] strides = {of.stride(2), 1, of.stride(1)};
    Strided source = new Strided(of.array(), from, inside, strides);
    Transposition.each(source, to, top * length + low * stride, length, stride);
  }

  /** Stores the results of tiles that lie side by side. */
  static void store(Strided strip, Strided to, int image, int row, int column) {
    int length = RESULTS * strip.size(0);
    int columns = Math.min(length, to.size(3) - column);
    int rows = Math.min(RESULTS, to.size(2) - row);
    boolean whole = columns == length && columns == to.size(3);
    int[] sizes = {whole ? 1 : rows, to.size(1), whole ? rows * columns : columns};
    int[] strides = {strip.stride(1), 1, strip.stride(2)};
    Strided results = new Strided(strip.array(), strip.offset(), sizes, strides);
    int at = to.offset() + image * to.stride(0) + row * to.stride(2) + column;
    Transposition.each(results, to.array(), at, to.stride(2), to.stride(1));
  }
}
