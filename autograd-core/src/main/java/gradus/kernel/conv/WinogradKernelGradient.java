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

  /** Elements of a kernel. */
  private static final int SIZE = TAPS * TAPS;

  /** Filters whose sums are in the cache together, a multiple of the rows of every kernel. */
  private static final int SUMMED = 96;

  /** Filters that are transformed together. */
  private static final int FILTERS = WinogradTiles.WHOLE;

  void run() {
    float[] elements = Scratch.floats(groups * filters * SIZE * elementRow());
    if (tiles.count() <= CHUNK) {
      for (int group = 0; group < groups; group++) {
        atOnce(group, elements);
      }
    } else {
      inChunks(elements);
    }
    int row = elementRow();
    Parts.run(
        groups * filters,
        4L * SIZE * channels,
        (from, to) -> {
          for (int f = from; f < to; f++) {
            int at = dwo + f * SIZE * channels;
            Transposition.run(channels, SIZE, elements, f * SIZE * row, row, dw, at, SIZE);
          }
        });
    Scratch.release(elements);
  }

  /** All tiles as one chunk: few sums are needed at a time. */
  private void atOnce(int group, float[] elements) {
    int n = tiles.count();
    float[] a = transformGradient(0, n, group);
    Workers.parallel(
        panels(),
        p -> {
          float[] points = transformSource(0, n, group, p * width());
          float[] sums = Scratch.floats(panelSize(SUMMED));
          for (int f = 0; f < filters; f += SUMMED) {
            int m = Math.min(SUMMED, filters - f);
            multiply(n, f, m, a, points, sums, 0, false);
            transformSums(sums, 0, m, elements, elementAt(group, f, p));
          }
          Scratch.release(sums);
          Scratch.release(points);
        });
    Scratch.release(a);
  }

  private void inChunks(float[] elements) {
    int panels = groups * panels();
    int most = Math.clamp(ROOM_FOR_SUMS / (panels * panelSize(filters)), 1, BLOCKS);
    int each = Math.ceilDiv(Math.ceilDiv(tiles.count(), CHUNK), most) * CHUNK;
    int blocks = Math.ceilDiv(tiles.count(), each);
    float[] sums = Scratch.floats(blocks * panels * panelSize(filters));
    if (blocks > 1) {
      Workers.parallel(groups * blocks, i -> block(i / blocks, i % blocks, each, sums));
    } else {
      for (int group = 0; group < groups; group++) {
        together(group, sums);
      }
    }
    Workers.parallel(
        panels,
        i -> {
          int size = panelSize(filters);
          for (int apart = 1; apart < blocks; apart *= 2) {
            for (int b = 0; b + apart < blocks; b += 2 * apart) {
              int from = ((b + apart) * panels + i) * size;
              Typed.add(size, sums, from, sums, (b * panels + i) * size);
            }
          }
          int at = elementAt(i / panels(), 0, i % panels());
          transformSums(sums, i * size, filters, elements, at);
        });
    Scratch.release(sums);
  }

  private int width() {
    return kernels.product().width();
  }

  private int panels() {
    return Math.ceilDiv(channels, width());
  }

  /** The sums of one panel and m filters: [points, filters, channels of the panel]. */
  private int panelSize(int m) {
    return POINTS * pointSize(m);
  }

  private int pointSize(int m) {
    return m * width() + GAP;
  }

  /** The chunks of one block, by one thread. */
  private void block(int group, int block, int each, float[] sums) {
    int begin = block * each;
    int end = Math.min(tiles.count(), begin + each);
    for (int from = begin; from < end; from += CHUNK) {
      int to = Math.min(end, from + CHUNK);
      float[] a = Scratch.floats(leftSize(to - from));
      for (int f = 0; f < filters; f += FILTERS) {
        transformGradient(from, to, group, f, a);
      }
      for (int p = 0; p < panels(); p++) {
        int at = ((block * groups + group) * panels() + p) * panelSize(filters);
        multiply(from, to, group, p, a, sums, at, from > begin);
      }
      Scratch.release(a);
    }
  }

  /** All chunks as one block, each by all threads. */
  private void together(int group, float[] sums) {
    for (int from = 0; from < tiles.count(); from += CHUNK) {
      int first = from;
      int to = Math.min(tiles.count(), from + CHUNK);
      float[] a = transformGradient(from, to, group);
      Workers.parallel(
          panels(),
          p -> {
            int at = (group * panels() + p) * panelSize(filters);
            multiply(first, to, group, p, a, sums, at, first > 0);
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

  /** Of all filters, by all threads. */
  private float[] transformGradient(int from, int to, int group) {
    float[] a = Scratch.floats(leftSize(to - from));
    Workers.parallel(
        Math.ceilDiv(filters, FILTERS), i -> transformGradient(from, to, group, i * FILTERS, a));
    return a;
  }

  private void transformGradient(int from, int to, int group, int filter, float[] a) {
    int n = to - from;
    int filled = Math.min(FILTERS, filters - filter);
    int point = n * FILTERS + GAP;
    float[] points = Scratch.floats(POINTS * point);
    float[] work = Scratch.floats(WinogradKernel.WORK);
    WinogradKernel kernel = kernels.get(WinogradTransform.GRADIENT, (long) n * filled);
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
              SIDE * point,
              point);
          strip.release();
        });
    for (int p = 0; p < POINTS; p++) {
      Transposition.run(
          filled, n, points, p * point, FILTERS, a, leftAt(p, n, filter), PanelProduct.ROW);
    }
    Scratch.release(work);
    Scratch.release(points);
  }

  // --- the source, [points, tiles, channels of a panel], and its products ---

  private void multiply(
      int from, int to, int group, int panel, float[] a, float[] sums, int at, boolean accumulate) {
    float[] points = transformSource(from, to, group, panel * width());
    multiply(to - from, 0, filters, a, points, sums, at, accumulate);
    Scratch.release(points);
  }

  /** Of m filters from {@code filter} on, in n tiles. */
  private void multiply(
      int n,
      int filter,
      int m,
      float[] a,
      float[] points,
      float[] sums,
      int at,
      boolean accumulate) {
    int point = n * width() + GAP;
    for (int p = 0; p < POINTS; p++) {
      kernels
          .product()
          .run(
              m,
              n,
              a,
              leftAt(p, n, filter),
              0,
              points,
              p * point,
              sums,
              at + p * pointSize(m),
              accumulate);
    }
  }

  private float[] transformSource(int from, int to, int group, int channel) {
    int n = to - from;
    int width = width();
    int filled = Math.min(width, channels - channel);
    int point = n * width + GAP;
    float[] points = Scratch.floats(POINTS * point);
    float[] work = Scratch.floats(WinogradKernel.WORK);
    WinogradKernel kernel = kernels.get(WinogradTransform.SOURCE, (long) n * filled);
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
              SIDE * point,
              point);
          strip.release();
        });
    Scratch.release(work);
    return points;
  }

  // --- the elements of kernels: [groups, filters, elements, channels] ---

  private int elementRow() {
    return panels() * width() + GAP;
  }

  private int elementAt(int group, int filter, int panel) {
    return (group * filters + filter) * SIZE * elementRow() + panel * width();
  }

  /** Of m filters. */
  private void transformSums(float[] sums, int from, int m, float[] elements, int at) {
    float[] work = Scratch.floats(WinogradKernel.WORK);
    kernels
        .get(WinogradTransform.KERNEL_GRADIENT, (long) m * width())
        .run(
            m,
            width(),
            sums,
            from,
            width(),
            SIDE * pointSize(m),
            pointSize(m),
            work,
            0,
            work,
            elements,
            at,
            SIZE * elementRow(),
            TAPS * elementRow(),
            elementRow());
    Scratch.release(work);
  }
}
