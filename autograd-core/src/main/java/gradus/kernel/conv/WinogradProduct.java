package gradus.kernel.conv;

import static gradus.kernel.conv.WinogradTransform.POINTS;
import static gradus.kernel.conv.WinogradTransform.RESULTS;
import static gradus.kernel.conv.WinogradTransform.SIDE;
import static gradus.kernel.conv.WinogradTransform.TAPS;

import gradus.kernel.conv.WinogradTiles.Strip;
import gradus.kernel.gemm.PanelProduct;
import gradus.kernel.gemm.Transposition;
import gradus.kernel.threads.Scratch;
import gradus.kernel.threads.Workers;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * {@code target[rows of all groups, positions] = bias + w[rows, depth channels of 3 x 3] slid over
 * the source}, by {@link WinogradTransform}s: for each of 36 points, a product of the transformed
 * source, {@code [tiles, depth]}, and the transformed kernels, {@code [depth, rows]}.
 *
 * <p>A panel of kernels is as wide as the product wants it. If tiles are few, the source is
 * transformed first, and the kernels panel by panel as they are used; if they are many, the kernels
 * first, and the source block by block. Either way a block's products and results stay in the
 * cache.
 *
 * @param rows of one group
 * @param turned whether w is {@code [depth, rows]} and its elements are in opposite order, as in
 *     the adjoint
 */
record WinogradProduct(
    WinogradKernels kernels,
    WinogradTiles tiles,
    int groups,
    int rows,
    int depth,
    boolean turned,
    float[] w,
    int wo,
    float @Nullable [] bias,
    int bo,
    float[] source,
    int so,
    float[] target,
    int to) {
  /** Tiles of a block. */
  private static final int BLOCK = 64;

  /** Channels that are transformed together. */
  private static final int CHANNELS = 64;

  void run() {
    int panels = Math.ceilDiv(rows, width());
    if (tiles.count() <= BLOCK) {
      sourceFirst(panels);
    } else {
      kernelsFirst(panels);
    }
  }

  private void sourceFirst(int panels) {
    int n = tiles.count();
    int parts = Math.ceilDiv(depth, CHANNELS);
    float[] v = Scratch.floats(groups * sourceSize(n));
    Workers.parallel(
        groups * parts,
        i -> {
          int group = i / parts;
          int channel = i % parts * CHANNELS;
          int end = Math.min(depth, channel + CHANNELS);
          transformSource(0, n, group, channel, end, v, group * sourceSize(n));
        });
    Workers.parallel(
        groups * panels,
        i -> {
          int group = i / panels;
          float[] u = Scratch.floats(POINTS * depth * width());
          transformKernels(group, i % panels * width(), u, 0);
          multiply(0, n, v, group * sourceSize(n), u, 0, group, i % panels * width());
          Scratch.release(u);
        });
    Scratch.release(v);
  }

  private void kernelsFirst(int panels) {
    int count = tiles.count();
    int blocks = Math.ceilDiv(count, BLOCK);
    int each = Math.ceilDiv(count, blocks);
    int panel = POINTS * depth * width();
    float[] u = Scratch.floats(groups * panels * panel);
    Workers.parallel(
        groups * panels, i -> transformKernels(i / panels, i % panels * width(), u, i * panel));
    Workers.parallel(
        groups * blocks,
        i -> {
          int group = i / blocks;
          int from = i % blocks * each;
          int n = Math.min(each, count - from);
          float[] v = Scratch.floats(sourceSize(n));
          transformSource(from, from + n, group, 0, depth, v, 0);
          for (int p = 0; p < panels; p++) {
            multiply(from, from + n, v, 0, u, (group * panels + p) * panel, group, p * width());
          }
          Scratch.release(v);
        });
    Scratch.release(u);
  }

  private int width() {
    return kernels.product().width();
  }

  // --- the source: [points, blocks of channels, tiles, channels] ---

  private int sourceSize(int n) {
    return POINTS * pointSize(n);
  }

  private int pointSize(int n) {
    return Math.ceilDiv(depth, PanelProduct.BLOCK) * n * PanelProduct.ROW;
  }

  /** Transforms the channels {@code channel .. end-1}, which are of one block. */
  private void transformSource(
      int from, int to, int group, int channel, int end, float[] v, int vo) {
    if (end - channel > CHANNELS) {
      for (int c = channel; c < end; c += CHANNELS) {
        transformSource(from, to, group, c, Math.min(end, c + CHANNELS), v, vo);
      }
      return;
    }
    WinogradKernel kernel = kernels.get(WinogradTransform.SOURCE);
    float[] work = Scratch.floats(WinogradKernel.WORK);
    int n = to - from;
    int at =
        vo + channel / PanelProduct.BLOCK * n * PanelProduct.ROW + channel % PanelProduct.BLOCK;
    int plane = tiles.in().size();
    tiles.each(
        from,
        to,
        (image, row, column, first, count) -> {
          int start = so + ((image * groups + group) * depth + channel) * plane;
          Strip strip = tiles.source(source, start, end - channel, row, column, count);
          kernel.run(
              count,
              strip.channels(),
              strip.array(),
              0,
              RESULTS * strip.channels(),
              strip.columns() * strip.channels(),
              strip.channels(),
              work,
              0,
              work,
              v,
              at + first * PanelProduct.ROW,
              PanelProduct.ROW,
              SIDE * pointSize(n),
              pointSize(n));
          strip.release();
        });
    Scratch.release(work);
  }

  // --- the kernels: [points, depth, rows of a panel] ---

  private void transformKernels(int group, int row, float[] u, int uo) {
    int width = width();
    int size = TAPS * TAPS;
    int filled = Math.min(width, rows - row);
    float[] panel = Scratch.floats(depth * size * width);
    if (filled < width) {
      Arrays.fill(panel, 0, depth * size * width, 0f);
    }
    if (turned) {
      for (int d = 0; d < depth; d++) {
        int from = wo + ((group * depth + d) * rows + row) * size;
        int at = d * size * width;
        for (int i = 0; i < filled; i++) {
          for (int k = 0; k < size; k++) {
            panel[at + (size - 1 - k) * width + i] = w[from + i * size + k];
          }
        }
      }
    } else {
      int from = wo + (group * rows + row) * depth * size;
      Transposition.run(depth * size, filled, w, from, depth * size, panel, 0, width);
    }
    float[] work = Scratch.floats(WinogradKernel.WORK);
    kernels
        .get(WinogradTransform.KERNEL)
        .run(
            depth,
            width,
            panel,
            0,
            size * width,
            TAPS * width,
            width,
            work,
            0,
            work,
            u,
            uo,
            width,
            SIDE * depth * width,
            depth * width);
    Scratch.release(work);
    Scratch.release(panel);
  }

  // --- products and results ---

  /** The rows of one panel, in the tiles {@code from .. to-1}. */
  private void multiply(
      int from, int to, float[] v, int vo, float[] u, int uo, int group, int row) {
    int n = to - from;
    int width = width();
    float[] m = Scratch.floats(POINTS * n * width);
    for (int p = 0; p < POINTS; p++) {
      kernels
          .product()
          .run(
              n,
              depth,
              v,
              vo + p * pointSize(n),
              n * PanelProduct.ROW,
              u,
              uo + p * depth * width,
              m,
              p * n * width,
              false);
    }
    int filled = Math.min(width, rows - row);
    float[] start = Scratch.floats(width);
    Arrays.fill(start, 0, width, 0f);
    if (bias != null) {
      System.arraycopy(bias, bo + group * rows + row, start, 0, filled);
    }
    WinogradKernel kernel = kernels.get(WinogradTransform.RESULT);
    float[] work = Scratch.floats(WinogradKernel.WORK);
    int plane = tiles.out().size();
    tiles.each(
        from,
        to,
        (image, y, x, first, count) -> {
          float[] strip = Scratch.floats(RESULTS * RESULTS * count * width);
          kernel.run(
              count,
              width,
              m,
              first * width,
              width,
              SIDE * n * width,
              n * width,
              start,
              0,
              work,
              strip,
              0,
              RESULTS * width,
              RESULTS * count * width,
              width);
          int at = this.to + ((image * groups + group) * rows + row) * plane;
          tiles.store(strip, width, target, at, filled, y, x, count);
          Scratch.release(strip);
        });
    Scratch.release(work);
    Scratch.release(start);
    Scratch.release(m);
  }
}
