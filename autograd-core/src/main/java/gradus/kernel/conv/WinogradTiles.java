package gradus.kernel.conv;

import gradus.kernel.gemm.Transposition;
import gradus.kernel.threads.Scratch;
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
record WinogradTiles(int images, Plane in, int rowsBefore, int columnsBefore, Plane out) {
  /** Channels are moved in whole groups of so many; every vector is a part of it. */
  static final int WHOLE = 16;

  private static final int RESULTS = WinogradTransform.RESULTS;

  /** The rows and columns of a channel. */
  record Plane(int rows, int columns) {
    int size() {
      return rows * columns;
    }
  }

  /** Tiles next to each other in one row: {@code n} from {@code first} on, of those worked on. */
  @FunctionalInterface
  interface Run {
    void run(int image, int row, int column, int first, int n);
  }

  int across() {
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

  /** What tiles read: {@code [6 or 4 rows, columns, channels]}, on loan. */
  record Strip(float[] array, int columns, int channels) {
    void release() {
      Scratch.release(array);
    }
  }

  /**
   * The neighbours that n tiles read, channels innermost.
   *
   * @param so where the first channel of the image begins
   * @param row of the tiles' first result, and {@code column} likewise
   */
  Strip source(float[] source, int so, int channels, int row, int column, int n) {
    int y = row - rowsBefore;
    int x = column - columnsBefore;
    int columns = (n - 1) * RESULTS + WinogradTransform.SIDE;
    return strip(in, source, so, channels, y, x, WinogradTransform.SIDE, columns);
  }

  /** The results in n tiles, channels innermost, zero over the edge. */
  Strip results(float[] results, int ro, int channels, int row, int column, int n) {
    return strip(out, results, ro, channels, row, column, RESULTS, n * RESULTS);
  }

  private static Strip strip(
      Plane plane, float[] from, int fo, int channels, int y, int x, int rows, int columns) {
    int stride = Math.ceilDiv(channels, WHOLE) * WHOLE;
    int length = columns * stride;
    float[] to = Scratch.floats(rows * length);
    int low = Math.clamp(-x, 0, columns);
    int high = Math.clamp(plane.columns - x, low, columns);
    if (stride > channels) {
      Arrays.fill(to, 0, rows * length, 0f); // for no other reason than to compute with no rubbish
    }
    for (int r = 0; r < rows; r++) {
      int at = r * length;
      if (y + r < 0 || y + r >= plane.rows || low == high) {
        Arrays.fill(to, at, at + length, 0f);
        continue;
      }
      Arrays.fill(to, at, at + low * stride, 0f);
      Transposition.run(
          high - low,
          channels,
          from,
          fo + (y + r) * plane.columns + x + low,
          plane.size(),
          to,
          at + low * stride,
          stride);
      Arrays.fill(to, at + high * stride, at + length, 0f);
    }
    return new Strip(to, columns, stride);
  }

  /** Stores the results of n tiles, {@code [4, 4n, width]}, of so many channels. */
  void store(
      float[] strip, int width, float[] to, int at, int channels, int row, int column, int n) {
    int columns = Math.min(n * RESULTS, out.columns - column);
    int rows = Math.min(RESULTS, out.rows - row);
    boolean whole = columns == n * RESULTS && columns == out.columns;
    int calls = whole ? 1 : rows;
    int each = whole ? rows * columns : columns;
    for (int r = 0; r < calls; r++) {
      Transposition.run(
          channels,
          each,
          strip,
          r * n * RESULTS * width,
          width,
          to,
          at + (row + r) * out.columns + column,
          out.size());
    }
  }
}
