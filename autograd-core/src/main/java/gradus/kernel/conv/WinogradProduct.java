package gradus.kernel.conv;

import static gradus.kernel.conv.WinogradTransform.GAP;
import static gradus.kernel.conv.WinogradTransform.POINTS;
import static gradus.kernel.conv.WinogradTransform.RESULTS;
import static gradus.kernel.conv.WinogradTransform.SIDE;
import static gradus.kernel.conv.WinogradTransform.TAPS;

import gradus.kernel.conv.WinogradTiles.Strip;
import gradus.kernel.gemm.PanelProduct;
import gradus.kernel.gemm.Transposition;
import gradus.kernel.index.Parts;
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
    float[] adjoint = turn();
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
          float[] u = Scratch.floats(panelSize());
          transformKernels(adjoint, group, i % panels * width(), u, 0);
          multiply(0, n, v, group * sourceSize(n), u, 0, group, i % panels * width());
          Scratch.release(u);
        });
    Scratch.release(v);
    release(adjoint);
  }

  private static void release(float @Nullable [] array) {
    if (array != null) {
      Scratch.release(array);
    }
  }

  private void kernelsFirst(int panels) {
    int count = tiles.count();
    int blocks = Math.ceilDiv(count, BLOCK);
    int each = Math.ceilDiv(count, blocks);
    int panel = panelSize();
    float[] u = Scratch.floats(groups * panels * panel);
    float[] adjoint = turn();
    Workers.parallel(
        groups * panels,
        i -> transformKernels(adjoint, i / panels, i % panels * width(), u, i * panel));
    release(adjoint);
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
    return Math.ceilDiv(depth, PanelProduct.BLOCK) * n * PanelProduct.ROW + GAP;
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
    WinogradKernel kernel =
        kernels.get(WinogradTransform.SOURCE, (long) (to - from) * (end - channel));
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

  // --- the kernels: panels of [points, depth, rows of a panel] ---

  private int panelSize() {
    return POINTS * panelPointSize();
  }

  private int panelPointSize() {
    return depth * width() + GAP;
  }

  /** From one row to the next of kernels that {@link #turn} has made: whole panels. */
  private int turnedRow() {
    return Math.ceilDiv(rows, width()) * width() + GAP;
  }

  /** The adjoint's kernels with channels innermost, [groups, depth, elements, rows], or null. */
  private float @Nullable [] turn() {
    if (!turned) {
      return null;
    }
    int size = TAPS * TAPS;
    int row = turnedRow();
    float[] result = Scratch.floats(groups * depth * size * row);
    Parts.run(
        groups * depth,
        4L * size * rows,
        (from, to) -> {
          for (int i = from; i < to; i++) {
            int at = i * size * row;
            Transposition.run(size, rows, w, wo + i * size * rows, size, result, at, row);
            for (int k = 0; k < size; k++) {
              Arrays.fill(result, at + k * row + rows, at + (k + 1) * row, 0f);
            }
          }
        });
    return result;
  }

  private void transformKernels(float @Nullable [] adjoint, int group, int row, float[] u, int uo) {
    int size = TAPS * TAPS;
    if (adjoint != null) { // its elements run backwards
      int next = turnedRow();
      int from = (group * depth * size + size - 1) * next + row;
      transformKernels(adjoint, from, size * next, -next, u, uo);
      return;
    }
    int width = width();
    int filled = Math.min(width, rows - row);
    float[] panel = Scratch.floats(depth * size * width);
    if (filled < width) {
      Arrays.fill(panel, 0, depth * size * width, 0f);
    }
    int from = wo + (group * rows + row) * depth * size;
    Transposition.run(depth * size, filled, w, from, depth * size, panel, 0, width);
    transformKernels(panel, 0, size * width, width, u, uo);
    Scratch.release(panel);
  }

  /** Transforms kernels a constant distance apart, whose elements are so too. */
  private void transformKernels(
      float[] from, int fo, int kernelStep, int elementStep, float[] u, int uo) {
    float[] work = Scratch.floats(WinogradKernel.WORK);
    kernels
        .get(WinogradTransform.KERNEL, (long) depth * width())
        .run(
            depth,
            width(),
            from,
            fo,
            kernelStep,
            TAPS * elementStep,
            elementStep,
            work,
            0,
            work,
            u,
            uo,
            width(),
            SIDE * panelPointSize(),
            panelPointSize());
    Scratch.release(work);
  }

  // --- products and results ---

  /** The rows of one panel, in the tiles {@code from .. to-1}. */
  private void multiply(
      int from, int to, float[] v, int vo, float[] u, int uo, int group, int row) {
    int n = to - from;
    int width = width();
    int point = n * width + GAP;
    float[] m = Scratch.floats(POINTS * point);
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
              uo + p * panelPointSize(),
              m,
              p * point,
              false);
    }
    int filled = Math.min(width, rows - row);
    float[] start = Scratch.floats(width);
    Arrays.fill(start, 0, width, 0f);
    if (bias != null) {
      System.arraycopy(bias, bo + group * rows + row, start, 0, filled);
    }
    WinogradKernel kernel = kernels.get(WinogradTransform.RESULT, (long) (to - from) * filled);
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
              SIDE * point,
              point,
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
