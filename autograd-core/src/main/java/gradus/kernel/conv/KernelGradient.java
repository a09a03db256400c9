package gradus.kernel.conv;

import gradus.kernel.conv.Lattice.Tile;
import gradus.kernel.gemm.RowProduct;
import gradus.kernel.gemm.Transposition;
import gradus.kernel.index.Parts;
import gradus.kernel.threads.Workers;
import org.jspecify.annotations.Nullable;

/**
 * The gradient of a kernel, {@code dw[filters of all groups, depth]}: the matrix of the lattice
 * times the gradient of the output, summed over all positions.
 *
 * @param filters of one group
 * @param gradient where the gradient of the output lies, dense
 */
record KernelGradient(
    Lattice lattice,
    int groups,
    int filters,
    Target gradient,
    Object x,
    int xo,
    Object dw,
    int dwo) {
  /** Parts of work that keep all threads busy to the end. */
  private static final int PARTS = 32;

  /** Multiply-adds that are worth a sum of their own, and elements that all sums may take. */
  private static final long WORTH_A_SUM = 1 << 20;

  private static final int ROOM_FOR_SUMS = 1 << 22;

  /** Rows of sums are filled up to a multiple of this: every vector is a part of it. */
  private static final int WHOLE = 16;

  void run() {
    TapKernels kernels = TapKernels.of(x);
    boolean fills = kernels != null && 4 * filters >= 3 * FilterPanels.columns(kernels, filters);
    run(fills && !lattice.hasCheapColumns() ? kernels : null);
  }

  /** With these kernels for vectors along the filters if they are ready, or without any. */
  void run(@Nullable TapKernels given) {
    int depth = lattice.depth();
    int tiles = lattice.tiles();
    if (tiles == 0 || depth == 0 || filters == 0) {
      return; // dw is zero
    }
    int size = groups * depth * filters;
    int channels = lattice.channels();
    int steps = Math.ceilDiv(channels, lattice.channelsPerBlock());
    int step = Math.ceilDiv(channels, steps);
    long work = (long) lattice.images() * lattice.positions() * size;
    int most = Math.clamp(Math.min(work / WORTH_A_SUM, ROOM_FOR_SUMS / size), 1, tiles);
    int each = Math.ceilDiv(tiles, Math.clamp(Math.ceilDiv(PARTS, groups * steps), 1, most));
    int blocks = Math.ceilDiv(tiles, each);
    int width = Math.ceilDiv(filters, WHOLE) * WHOLE;
    int room = groups * depth * width; // one sum: [groups, depth, filters and more]
    Object sums = Typed.scratch(x, blocks * room);
    TapKernels kernels = given != null && ready(given, step) ? given : null;
    Workers.parallel(
        blocks * groups * steps,
        part -> {
          int block = part / steps / groups;
          int group = part / steps % groups;
          int from = part % steps * step;
          int to = Math.min(channels, from + step);
          int at = block * room + (group * depth + from * lattice.taps()) * width;
          for (int t = block * each; t < Math.min(tiles, (block + 1) * each); t++) {
            Tile tile = lattice.tile(t);
            boolean accumulate = t > block * each;
            if (kernels == null) {
              byPositions(tile, group, from, to, sums, at, width, accumulate);
            } else {
              byFilters(kernels, tile, group, from, to, sums, at, width, accumulate);
            }
          }
        });
    Parts.run(
        groups,
        (long) depth * filters * (blocks + 2),
        (from, to) -> {
          int n = (to - from) * depth * width;
          int first = from * depth * width;
          for (int apart = 1; apart < blocks; apart *= 2) {
            for (int b = 0; b + apart < blocks; b += 2 * apart) {
              Typed.add(n, sums, first + (b + apart) * room, sums, first + b * room);
            }
          }
          for (int g = from; g < to; g++) {
            int out = dwo + g * filters * depth;
            Transposition.run(filters, depth, sums, g * depth * width, width, dw, out, depth);
          }
        });
    Typed.release(sums);
  }

  private boolean ready(TapKernels kernels, int step) {
    int rest = lattice.channels() % step;
    boolean ready = kernels.ready(step * lattice.taps(), filters);
    return kernels.ready(rest * lattice.taps(), filters) && ready;
  }

  /** {@code sums[(channel, tap), filter] (+)= matrix of the tile @ its g[positions, filters]}. */
  private void byFilters(
      TapKernels kernels,
      Tile tile,
      int group,
      int from,
      int to,
      Object sums,
      int at,
      int width,
      boolean accumulate) {
    int n = tile.positions();
    int sheet = tile.rows() * tile.width();
    Halo halo = new Halo(lattice, tile, x);
    halo.fill(x, groupAt(group), from, to);
    Object panel = Typed.scratch(x, n * kernels.width());
    Object zeros = Typed.scratch(x, kernels.width());
    Typed.zero(zeros, 0, kernels.width());
    for (int j = 0; j < filters; j += kernels.width()) {
      int columns = kernels.vectors(filters - j) * kernels.lanes();
      int filled = Math.min(columns, filters - j);
      for (int i = 0; i < tile.sheets(); i++) {
        int source = gradient.at(lattice, tile, group * filters + j, i, 0);
        Transposition.run(
            sheet,
            filled,
            gradient.array(),
            source,
            gradient.channelStride(),
            panel,
            i * sheet * columns,
            columns);
      }
      for (int i = 0; i < n && filled < columns; i++) {
        Typed.zero(panel, i * columns + filled, columns - filled);
      }
      int m = (to - from) * lattice.taps();
      TileProduct product = new TileProduct(kernels, n, halo.array(), panel, sums, width);
      if (accumulate) {
        product.run(m, filters - j, halo.rows(), halo.positions(), 0, sums, at + j, width, at + j);
      } else {
        product.run(m, filters - j, halo.rows(), halo.positions(), 0, zeros, 0, 0, at + j);
      }
    }
    Typed.release(zeros);
    Typed.release(panel);
    halo.release();
  }

  private void byPositions(
      Tile tile, int group, int from, int to, Object sums, int at, int width, boolean accumulate) {
    int n = tile.positions();
    int m = (to - from) * lattice.taps();
    Columns columns = new Columns(lattice, tile, x);
    columns.fill(x, groupAt(group), from, to);
    int[] rows = columns.at();
    boolean even = columns.isEven();
    Object a = even ? columns.array() : Typed.scratch(x, m * n);
    for (int i = 0; i < m && !even; i++) {
      System.arraycopy(columns.array(), rows[i], a, i * n, n);
    }
    boolean inPlace = gradient.takes(tile);
    Object b = inPlace ? gradient.array() : Typed.scratch(x, filters * n);
    if (!inPlace) {
      gradient.load(lattice, tile, group * filters, filters, b);
    }
    RowProduct.multiply(
        m,
        filters,
        n,
        a,
        even ? rows[0] : 0,
        !even ? n : m > 1 ? rows[1] - rows[0] : 0,
        1,
        b,
        inPlace ? gradient.at(lattice, tile, group * filters, 0, 0) : 0,
        1,
        inPlace ? gradient.channelStride() : n,
        sums,
        at,
        width,
        accumulate);
    if (!inPlace) {
      Typed.release(b);
    }
    if (!even) {
      Typed.release(a);
    }
    columns.release();
  }

  private int groupAt(int group) {
    return xo + group * (lattice.imageStride() / groups);
  }
}
