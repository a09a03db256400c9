package gradus.kernel.winograd;

import static gradus.kernel.winograd.WinogradTransform.GAP;
import static gradus.kernel.winograd.WinogradTransform.POINTS;
import static gradus.kernel.winograd.WinogradTransform.TAPS;

import gradus.kernel.array.Strided;
import gradus.kernel.gemm.PanelProduct;
import gradus.kernel.gemm.Transposition;
import gradus.kernel.index.Elements;
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
record WinogradKernelGradient(Winograd of, Strided gradient, Strided source, Strided dw) {
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
    int rows = of.groups() * filters();
    float[] elements = Scratch.floats(rows * SIZE * elementRow());
    if (of.tiles().count() <= CHUNK) {
      for (int group = 0; group < of.groups(); group++) {
        atOnce(group, elements);
      }
    } else {
      inChunks(elements);
    }
    int row = elementRow();
    Parts.each(
        rows,
        4L * SIZE * channels(),
        f -> {
          int at = dw.offset() + f * SIZE * channels();
          Transposition.run(
              Strided.matrix(elements, f * SIZE * row, channels(), SIZE, 1, row),
              Strided.matrix(dw.array(), at, channels(), SIZE, SIZE, 1));
        });
    Scratch.release(elements);
  }

  private int filters() {
    return of.filters();
  }

  private int channels() {
    return of.channels();
  }

  private int width() {
    return of.kernels().product().width();
  }

  private int panels() {
    return Math.ceilDiv(channels(), width());
  }

  /** All tiles as one chunk: few sums are needed at a time. */
  private void atOnce(int group, float[] elements) {
    int n = of.tiles().count();
    float[] a = transformGradient(0, n, group);
    Workers.parallel(
        panels(),
        p -> {
          Strided points = transformSource(0, n, group, p * width());
          float[] sums = Scratch.floats(panelSize(SUMMED));
          for (int f = 0; f < filters(); f += SUMMED) {
            int m = Math.min(SUMMED, filters() - f);
            Strided some = Strided.dense(sums, 0, m, width());
            multiply(f, a, points, some, false);
            transformSums(some, elements, elementAt(group, f, p));
          }
          Scratch.release(sums);
          points.release();
        });
    Scratch.release(a);
  }

  private void inChunks(float[] elements) {
    int tiles = of.tiles().count();
    int panels = of.groups() * panels();
    int size = panelSize(filters());
    int most = Math.clamp(ROOM_FOR_SUMS / (panels * size), 1, BLOCKS);
    int each = Math.ceilDiv(Math.ceilDiv(tiles, CHUNK), most) * CHUNK;
    int blocks = Math.ceilDiv(tiles, each);
    float[] sums = Scratch.floats(blocks * panels * size);
    if (blocks > 1) {
      Workers.parallel(of.groups() * blocks, i -> block(i / blocks, i % blocks, each, sums));
    } else {
      for (int group = 0; group < of.groups(); group++) {
        block(group, 0, each, sums);
      }
    }
    Workers.parallel(
        panels,
        i -> {
          for (int apart = 1; apart < blocks; apart *= 2) {
            for (int b = 0; b + apart < blocks; b += 2 * apart) {
              int at = (b * panels + i) * size;
              Elements.addRun(sums, at + apart * panels * size, 1, size, sums, at, 1);
            }
          }
          int at = elementAt(i / panels(), 0, i % panels());
          transformSums(sums(sums, i), elements, at);
        });
    Scratch.release(sums);
  }

  /** The sums of one panel and m filters: [points, filters, channels of the panel]. */
  private int panelSize(int m) {
    return POINTS * pointSize(m);
  }

  private int pointSize(int m) {
    return m * width() + GAP;
  }

  /** The sums of all filters at the first point, of the panel with this number. */
  private Strided sums(float[] sums, int panel) {
    return Strided.dense(sums, panel * panelSize(filters()), filters(), width());
  }

  /** The chunks of one block; each by all threads, if they do not share out the blocks. */
  private void block(int group, int block, int each, float[] sums) {
    int begin = block * each;
    int end = Math.min(of.tiles().count(), begin + each);
    for (int from = begin; from < end; from += CHUNK) {
      int first = from;
      int to = Math.min(end, from + CHUNK);
      float[] a = transformGradient(from, to, group);
      Workers.parallel(
          panels(),
          p -> {
            Strided points = transformSource(first, to, group, p * width());
            int panel = (block * of.groups() + group) * panels() + p;
            multiply(0, a, points, sums(sums, panel), first > begin);
            points.release();
          });
      Scratch.release(a);
    }
  }

  // --- the gradient of the result: [points, filters, tiles], several points in a row ---

  private static int pointsInRow(int n) {
    return PanelProduct.BLOCK / n;
  }

  private int leftSize(int n) {
    return Math.ceilDiv(POINTS, pointsInRow(n)) * filters() * PanelProduct.ROW;
  }

  private int leftAt(int point, int n, int filter) {
    int each = pointsInRow(n);
    return (point / each * filters() + filter) * PanelProduct.ROW + point % each * n;
  }

  /** Of all filters. */
  private float[] transformGradient(int from, int to, int group) {
    float[] a = Scratch.floats(leftSize(to - from));
    Workers.parallel(
        Math.ceilDiv(filters(), FILTERS), i -> transformGradient(from, to, group, i * FILTERS, a));
    return a;
  }

  private void transformGradient(int from, int to, int group, int filter, float[] a) {
    int n = to - from;
    int filled = Math.min(FILTERS, filters() - filter);
    int point = n * FILTERS + GAP;
    float[] points = Scratch.floats(POINTS * point);
    Strided all = Winograd.points(points, 0, n, FILTERS, FILTERS, point);
    of.transform(gradient, true, group * filters() + filter, filled, from, all);
    for (int p = 0; p < POINTS; p++) {
      Transposition.run(
          Strided.matrix(points, p * point, filled, n, 1, FILTERS),
          Strided.matrix(a, leftAt(p, n, filter), filled, n, PanelProduct.ROW, 1));
    }
    Scratch.release(points);
  }

  // --- the source, [points, tiles, channels of a panel], and its products ---

  /**
   * The sums of some filters from {@code filter} on.
   *
   * @param points the transformed source at the first point, [tiles, width]
   */
  private void multiply(int filter, float[] a, Strided points, Strided sums, boolean accumulate) {
    int n = points.size(0);
    int m = sums.size(0);
    PanelProduct product = of.kernels().product();
    Strided left = PanelProduct.blocks(a, 0, m, 0);
    for (int p = 0; p < POINTS; p++) {
      int at = leftAt(p, n, filter);
      product.run(left, at, points, p * pointSize(n), sums, p * pointSize(m), accumulate);
    }
  }

  private Strided transformSource(int from, int to, int group, int channel) {
    int n = to - from;
    int width = width();
    int filled = Math.min(width, channels() - channel);
    int point = pointSize(n);
    float[] points = Scratch.floats(POINTS * point);
    Strided all = Winograd.points(points, 0, n, width, width, point);
    of.transform(source, false, group * channels() + channel, filled, from, all);
    return Strided.dense(points, 0, n, width);
  }

  // --- the elements of kernels: [groups, filters, elements, channels] ---

  private int elementRow() {
    return panels() * width() + GAP;
  }

  private int elementAt(int group, int filter, int panel) {
    return (group * filters() + filter) * SIZE * elementRow() + panel * width();
  }

  /** The gradients of the elements of some filters, from their sums at the first point. */
  private void transformSums(Strided sums, float[] elements, int at) {
    int m = sums.size(0);
    int width = width();
    int row = elementRow();
    Winograd.transform(
        of.kernels().get(WinogradTransform.KERNEL_GRADIENT, (long) m * width),
        Winograd.points(sums.array(), sums.offset(), m, width, width, pointSize(m)),
        null,
        Winograd.tiles(elements, at, m, width, SIZE * row, TAPS * row, row));
  }
}
