package gradus.kernel.winograd;

import static gradus.kernel.winograd.WinogradTransform.GAP;
import static gradus.kernel.winograd.WinogradTransform.POINTS;
import static gradus.kernel.winograd.WinogradTransform.RESULTS;
import static gradus.kernel.winograd.WinogradTransform.TAPS;

import gradus.kernel.array.Strided;
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
 * @param of its filters are the rows of a group, its channels their depth
 * @param turned whether w is {@code [depth, rows]} and its elements are in opposite order, as in
 *     the adjoint
 */
record WinogradProduct(
    Winograd of,
    boolean turned,
    Strided w,
    @Nullable Strided bias,
    Strided source,
    Strided target) {
  /** Tiles of a block. */
  private static final int BLOCK = 64;

  /** Channels that are transformed together. */
  private static final int CHANNELS = 64;

  /** Elements of a kernel. */
  private static final int SIZE = TAPS * TAPS;

  void run() {
    int panels = Math.ceilDiv(rows(), width());
    if (of.tiles().count() <= BLOCK) {
      sourceFirst(panels);
    } else {
      kernelsFirst(panels);
    }
  }

  private int rows() {
    return of.filters();
  }

  private int depth() {
    return of.channels();
  }

  private int width() {
    return of.kernels().product().width();
  }

  private void sourceFirst(int panels) {
    int n = of.tiles().count();
    int parts = Math.ceilDiv(depth(), CHANNELS);
    Strided adjoint = turn();
    float[] v = Scratch.floats(of.groups() * sourceSize(n));
    Workers.parallel(
        of.groups() * parts,
        i -> {
          int group = i / parts;
          Strided points = points(v, group * sourceSize(n), n);
          transformSource(0, group, i % parts * CHANNELS, points);
        });
    Workers.parallel(
        of.groups() * panels,
        i -> {
          int group = i / panels;
          float[] u = Scratch.floats(panelSize());
          transformKernels(adjoint, group, i % panels * width(), u, 0);
          multiply(0, points(v, group * sourceSize(n), n), panel(u, 0), group, i % panels);
          Scratch.release(u);
        });
    Scratch.release(v);
    if (adjoint != null) {
      adjoint.release();
    }
  }

  private void kernelsFirst(int panels) {
    int count = of.tiles().count();
    int blocks = Math.ceilDiv(count, BLOCK);
    int each = Math.ceilDiv(count, blocks);
    int panel = panelSize();
    float[] u = Scratch.floats(of.groups() * panels * panel);
    Strided adjoint = turn();
    Workers.parallel(
        of.groups() * panels,
        i -> transformKernels(adjoint, i / panels, i % panels * width(), u, i * panel));
    if (adjoint != null) {
      adjoint.release();
    }
    Workers.parallel(
        of.groups() * blocks,
        i -> {
          int group = i / blocks;
          int from = i % blocks * each;
          int n = Math.min(each, count - from);
          float[] v = Scratch.floats(sourceSize(n));
          for (int c = 0; c < depth(); c += CHANNELS) {
            transformSource(from, group, c, points(v, 0, n));
          }
          for (int p = 0; p < panels; p++) {
            multiply(from, points(v, 0, n), panel(u, (group * panels + p) * panel), group, p);
          }
          Scratch.release(v);
        });
    Scratch.release(u);
  }

  // --- the source: [points, blocks of channels, tiles, channels] ---

  private int sourceSize(int n) {
    return POINTS * pointSize(n);
  }

  private int pointSize(int n) {
    return Math.ceilDiv(depth(), PanelProduct.BLOCK) * n * PanelProduct.ROW + GAP;
  }

  /** The transformed source at the first point, for n tiles. */
  private static Strided points(float[] v, int offset, int n) {
    return PanelProduct.blocks(v, offset, n, n * PanelProduct.ROW);
  }

  /** Transforms the tiles from {@code from} on, of some channels from {@code channel} on. */
  private void transformSource(int from, int group, int channel, Strided v) {
    int n = v.size(1);
    int filled = Math.min(CHANNELS, depth() - channel);
    int at = v.offset() + channel / PanelProduct.BLOCK * v.stride(0) + channel % PanelProduct.BLOCK;
    int whole = WinogradTiles.whole(filled);
    Strided to = Winograd.points(v.array(), at, n, whole, PanelProduct.ROW, pointSize(n));
    of.transform(source, false, group * depth() + channel, filled, from, to);
  }

  // --- the kernels: panels of [points, depth, rows of a panel] ---

  private int panelSize() {
    return POINTS * panelPointSize();
  }

  private int panelPointSize() {
    return depth() * width() + GAP;
  }

  /** A panel of transformed kernels at the first point. */
  private Strided panel(float[] u, int offset) {
    return Strided.dense(u, offset, depth(), width());
  }

  /**
   * The adjoint's kernels with channels innermost, {@code [groups * depth, elements, rows]}, or
   * null. Rows are filled up to whole panels.
   */
  private @Nullable Strided turn() {
    if (!turned) {
      return null;
    }
    int rows = rows();
    int row = Math.ceilDiv(rows, width()) * width() + GAP;
    Strided result = Strided.scratch(w.array(), of.groups() * depth(), SIZE, row);
    Parts.each(
        of.groups() * depth(),
        4L * SIZE * rows,
        i ->
            Transposition.padded(
                Strided.matrix(w.array(), w.offset() + i * SIZE * rows, SIZE, rows, 1, SIZE),
                result.select(0, i)));
    return result;
  }

  private void transformKernels(@Nullable Strided adjoint, int group, int row, float[] u, int uo) {
    if (adjoint != null) { // its elements run backwards
      int next = adjoint.stride(1);
      int from = (group * depth() * SIZE + SIZE - 1) * next + row;
      transformKernels(adjoint.array(), from, SIZE * next, -next, panel(u, uo));
      return;
    }
    int width = width();
    int filled = Math.min(width, rows() - row);
    Strided panel = Strided.scratch(w.array(), depth() * SIZE, width);
    int from = w.offset() + (group * rows() + row) * depth() * SIZE;
    Transposition.padded(
        Strided.matrix(w.array(), from, depth() * SIZE, filled, 1, depth() * SIZE), panel);
    transformKernels(panel.array(), 0, SIZE * width, width, panel(u, uo));
    panel.release();
  }

  /** Transforms kernels a constant distance apart, whose elements are so too. */
  private void transformKernels(Object from, int fo, int kernelStep, int elementStep, Strided u) {
    int width = width();
    Winograd.transform(
        of.kernels().get(WinogradTransform.KERNEL, (long) depth() * width),
        Winograd.tiles(from, fo, depth(), width, kernelStep, TAPS * elementStep, elementStep),
        null,
        Winograd.points(u.array(), u.offset(), depth(), width, width, panelPointSize()));
  }

  // --- products and results ---

  /** The rows of one panel, in tiles from {@code from} on. */
  private void multiply(int from, Strided v, Strided u, int group, int panel) {
    int n = v.size(1);
    int width = width();
    int point = n * width + GAP;
    Strided m = Strided.dense(Scratch.floats(POINTS * point), 0, n, width);
    PanelProduct product = of.kernels().product();
    for (int p = 0; p < POINTS; p++) {
      product.run(v, p * pointSize(n), u, p * panelPointSize(), m, p * point, false);
    }
    int row = panel * width;
    int filled = Math.min(width, rows() - row);
    float[] start = Scratch.floats(width);
    Arrays.fill(start, 0, width, 0f);
    if (bias != null) {
      int at = bias.offset() + group * rows() + row;
      System.arraycopy(bias.array(), at, start, 0, filled);
    }
    WinogradKernel kernel = of.kernels().get(WinogradTransform.RESULT, (long) n * filled);
    Strided planes = of.planes(target, true).narrow(1, group * rows() + row, filled);
    of.tiles()
        .each(
            from,
            from + n,
            (image, y, x, first, count) -> {
              int length = RESULTS * count * width;
              float[] work = Scratch.floats(RESULTS * length);
              Strided strip = Winograd.tiles(work, 0, count, width, RESULTS * width, length, width);
              Strided points =
                  Winograd.points(m.array(), first * width, count, width, width, point);
              Winograd.transform(kernel, points, start, strip);
              WinogradTiles.store(strip, planes, image, y, x);
              strip.release();
            });
    Scratch.release(start);
    m.release();
  }
}
