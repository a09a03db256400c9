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

/**
 * The gradient of 3 x 3 kernels, {@code dw[filters of all groups, channels, 3, 3]}, by {@link
 * WinogradTransform}s: for each of 36 points, a product of the transformed gradient, {@code
 * [filters, tiles]}, and the transformed source, {@code [tiles, channels]}.
 *
 * <p>Tiles are added in a chain within a block; blocks, cut by shape, in a binary tree. There are
 * several if tiles are many and sums small; otherwise the channels are shared out.
 */
record WinogradKernelGradient(
    WinogradKernels kernels,
    WinogradTiles tiles,
    int groups,
    int filters,
    int channels,
    float[] gradient,
    int go,
    float[] source,
    int so,
    float[] dw,
    int dwo) {
  /** Tiles that are transformed at a time: a row of a product's left side. */
  private static final int CHUNK = 128;

  /** Blocks that keep all threads busy to the end, and elements that their sums may take. */
  private static final int BLOCKS = 8;

  private static final int ROOM_FOR_SUMS = 1 << 22;

  /** Filters that are transformed together. */
  private static final int FILTERS = WinogradTiles.WHOLE;

  void run() {
    int most = Math.clamp(ROOM_FOR_SUMS / (groups * panels() * panelSize()), 1, BLOCKS);
    int chunks = Math.ceilDiv(tiles.count(), CHUNK);
    int each = Math.ceilDiv(chunks, most);
    int blocks = Math.ceilDiv(chunks, each);
    float[] sums = Scratch.floats(blocks * groups * panels() * panelSize());
    if (blocks > 1) {
      Workers.parallel(groups * blocks, i -> block(i / blocks, i % blocks, each, sums));
    } else {
      for (int group = 0; group < groups; group++) {
        together(group, sums);
      }
    }
    int panels = groups * panels();
    Workers.parallel(
        panels,
        i -> {
          for (int apart = 1; apart < blocks; apart *= 2) {
            for (int b = 0; b + apart < blocks; b += 2 * apart) {
              int from = ((b + apart) * panels + i) * panelSize();
              Typed.add(panelSize(), sums, from, sums, (b * panels + i) * panelSize());
            }
          }
          finish(sums, i * panelSize(), i / panels(), i % panels() * width());
        });
    Scratch.release(sums);
  }

  private int width() {
    return kernels.product().width();
  }

  private int panels() {
    return Math.ceilDiv(channels, width());
  }

  /** The sums of one panel: [points, filters, channels of the panel]. */
  private int panelSize() {
    return POINTS * filters * width();
  }

  /** The chunks of one block, by one thread. */
  private void block(int group, int block, int each, float[] sums) {
    int end = Math.min(tiles.count(), (block + 1) * each * CHUNK);
    for (int from = block * each * CHUNK; from < end; from += CHUNK) {
      int to = Math.min(end, from + CHUNK);
      float[] a = Scratch.floats(leftSize(to - from));
      for (int f = 0; f < filters; f += FILTERS) {
        transformGradient(from, to, group, f, a);
      }
      for (int p = 0; p < panels(); p++) {
        int at = ((block * groups + group) * panels() + p) * panelSize();
        multiply(from, to, group, p * width(), a, sums, at, from > block * each * CHUNK);
      }
      Scratch.release(a);
    }
  }

  /** All chunks as one block, each by all threads. */
  private void together(int group, float[] sums) {
    for (int from = 0; from < tiles.count(); from += CHUNK) {
      int first = from;
      int to = Math.min(tiles.count(), from + CHUNK);
      float[] a = Scratch.floats(leftSize(to - from));
      Workers.parallel(
          Math.ceilDiv(filters, FILTERS), i -> transformGradient(first, to, group, i * FILTERS, a));
      Workers.parallel(
          panels(),
          p -> {
            int at = (group * panels() + p) * panelSize();
            multiply(first, to, group, p * width(), a, sums, at, first > 0);
          });
      Scratch.release(a);
    }
  }

  // --- the gradient of the result: [points, filters, tiles], several points in a row ---

  private static int pointsInRow(int n) {
    return PanelProduct.BLOCK / n;
  }

  private int leftSize(int n) {
    return Math.ceilDiv(POINTS, pointsInRow(n)) * filters * PanelProduct.ROW;
  }

  private int leftAt(int point, int n, int filter) {
    int each = pointsInRow(n);
    return (point / each * filters + filter) * PanelProduct.ROW + point % each * n;
  }

  private void transformGradient(int from, int to, int group, int filter, float[] a) {
    int n = to - from;
    int filled = Math.min(FILTERS, filters - filter);
    float[] points = Scratch.floats(POINTS * n * FILTERS);
    float[] work = Scratch.floats(WinogradKernel.WORK);
    WinogradKernel kernel = kernels.get(WinogradTransform.GRADIENT);
    int plane = tiles.out().size();
    tiles.each(
        from,
        to,
        (image, row, column, first, count) -> {
          int start = go + ((image * groups + group) * filters + filter) * plane;
          Strip strip = tiles.results(gradient, start, filled, row, column, count);
          kernel.run(
              count,
              FILTERS,
              strip.array(),
              0,
              RESULTS * FILTERS,
              strip.columns() * FILTERS,
              FILTERS,
              work,
              0,
              work,
              points,
              first * FILTERS,
              FILTERS,
              SIDE * n * FILTERS,
              n * FILTERS);
          strip.release();
        });
    for (int p = 0; p < POINTS; p++) {
      Transposition.run(
          filled, n, points, p * n * FILTERS, FILTERS, a, leftAt(p, n, filter), PanelProduct.ROW);
    }
    Scratch.release(work);
    Scratch.release(points);
  }

  // --- the source, [points, tiles, channels of a panel], and its products ---

  private void multiply(
      int from,
      int to,
      int group,
      int channel,
      float[] a,
      float[] sums,
      int at,
      boolean accumulate) {
    int n = to - from;
    int width = width();
    int filled = Math.min(width, channels - channel);
    float[] points = Scratch.floats(POINTS * n * width);
    float[] work = Scratch.floats(WinogradKernel.WORK);
    WinogradKernel kernel = kernels.get(WinogradTransform.SOURCE);
    int plane = tiles.in().size();
    tiles.each(
        from,
        to,
        (image, row, column, first, count) -> {
          int start = so + ((image * groups + group) * channels + channel) * plane;
          Strip strip = tiles.source(source, start, filled, row, column, count);
          kernel.run(
              count,
              width,
              strip.array(),
              0,
              RESULTS * strip.channels(),
              strip.columns() * strip.channels(),
              strip.channels(),
              work,
              0,
              work,
              points,
              first * width,
              width,
              SIDE * n * width,
              n * width);
          strip.release();
        });
    for (int p = 0; p < POINTS; p++) {
      kernels
          .product()
          .run(
              filters,
              n,
              a,
              leftAt(p, n, 0),
              0,
              points,
              p * n * width,
              sums,
              at + p * filters * width,
              accumulate);
    }
    Scratch.release(work);
    Scratch.release(points);
  }

  // --- the kernel ---

  private void finish(float[] sums, int at, int group, int channel) {
    int width = width();
    int size = TAPS * TAPS;
    int filled = Math.min(width, channels - channel);
    float[] elements = Scratch.floats(filters * size * width);
    float[] work = Scratch.floats(WinogradKernel.WORK);
    kernels
        .get(WinogradTransform.KERNEL_GRADIENT)
        .run(
            filters,
            width,
            sums,
            at,
            width,
            SIDE * filters * width,
            filters * width,
            work,
            0,
            work,
            elements,
            0,
            size * width,
            TAPS * width,
            width);
    for (int f = 0; f < filters; f++) {
      int from = f * size * width;
      int to = dwo + ((group * filters + f) * channels + channel) * size;
      for (int c = 0; c < filled; c++) {
        for (int k = 0; k < size; k++) {
          dw[to + c * size + k] = elements[from + k * width + c];
        }
      }
    }
    Scratch.release(work);
    Scratch.release(elements);
  }
}
