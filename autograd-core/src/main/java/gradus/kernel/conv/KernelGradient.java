package gradus.kernel.conv;

import gradus.kernel.array.Fill;
import gradus.kernel.array.Strided;
import gradus.kernel.conv.TapKernel.Form;
import gradus.kernel.gemm.Gemm;
import gradus.kernel.gemm.Transposition;
import gradus.kernel.index.Elements;
import gradus.kernel.index.Parts;
import gradus.kernel.threads.Scratch;
import gradus.kernel.threads.Workers;
import org.jspecify.annotations.Nullable;

/**
 * The gradient of a kernel, {@code dw[filters of all groups, depth]}: the gradient of the output
 * times the im2col matrix of the lattice, summed over all positions.
 *
 * <p>There are three ways with the same bits. Vectors run along the channels: for each tap the
 * gradient's rows are multiplied by a {@link PaddedTile}, which is there once for all taps. Or
 * along the groups, if those are many and small. Or, where neither fills vectors or the matrix lies
 * in the source, along the filters, and {@link Im2colTile} are multiplied.
 *
 * @param gradient of the output, dense
 * @param x begins with the first image
 * @param dw dense
 */
record KernelGradient(VirtualIm2col lattice, int groups, Strided gradient, Strided x, Strided dw) {
  /** Parts of work that keep all threads busy to the end. */
  private static final int PARTS = 32;

  /** Multiply-adds that are worth a sum of their own, and elements that all sums may take. */
  private static final long WORTH_A_SUM = 1 << 20;

  private static final int ROOM_FOR_SUMS = 1 << 22;

  /** Rows of sums are filled up to a multiple of this: every vector is a part of it. */
  private static final int WHOLE = 16;

  /** Channels of a part are multiples of this, and so of the width of every kernel. */
  private static final int STRIP = 32;

  /** Channels times taps that are worth a copy of the output's gradient. */
  private static final int WORTH_A_COPY = 512;

  /** Steps of a chain at a time, which are laid out at a constant distance. */
  private static final int STEPS = 320;

  void run() {
    TapKernels kernels = TapKernels.of(x.array());
    run(ConvolutionPlan.kernelGradient(lattice, groups, filters(), kernels), kernels);
  }

  /** Filters of one group. */
  private int filters() {
    return groups == 0 ? 0 : dw.size(0) / groups;
  }

  /** By this algorithm if its kernels are ready, else along the filters. */
  void run(Algorithm algorithm, @Nullable TapKernels kernels) {
    if (lattice.tiles() == 0 || lattice.depth() == 0 || filters() == 0) {
      Loops.zero(dw.array(), dw.offset(), dw.count());
      return;
    }
    long work = lattice.work(dw.size(0));
    if (kernels != null
        && algorithm == Algorithm.GROUPS
        && kernels.ready(Form.GROUPS, lattice.taps(), kernels.lanes(), work)) {
      byGroups(kernels);
    } else if (kernels != null
        && algorithm == Algorithm.CHANNELS
        && kernels.ready(Form.CHANNELS, filters(), lattice.channels(), work)) {
      byChannels(kernels);
    } else {
      byFilters();
    }
  }

  /** Positions of so many tiles are added in a chain. */
  private int tilesPerSum() {
    int size = groups * lattice.depth() * filters();
    int tiles = lattice.tiles();
    long work = (long) lattice.images() * lattice.positions() * size;
    int most = Math.clamp(Math.min(work / WORTH_A_SUM, ROOM_FOR_SUMS / size), 1, tiles);
    int steps = Math.ceilDiv(lattice.channels(), lattice.channelsPerBlock());
    return Math.ceilDiv(tiles, Math.clamp(Math.ceilDiv(PARTS, groups * steps), 1, most));
  }

  /** Adds the next tile to one part of a sum. */
  private interface Addition {
    void run(int part, Tile tile, Strided sum, boolean accumulate);
  }

  /**
   * Adds up tiles in a chain for each sum, part by part, and the sums in a tree, and stores the
   * last one.
   *
   * @param to the gradient as {@code [units, lanes, rows]}; sums are {@code [units, rows, lanes and
   *     more]}
   */
  private void add(int parts, Strided to, Addition addition) {
    int tiles = lattice.tiles();
    int each = tilesPerSum();
    int count = Math.ceilDiv(tiles, each);
    int width = Math.ceilDiv(to.size(1), WHOLE) * WHOLE;
    Strided sums = Strided.scratch(x.array(), count, to.size(0), to.size(2), width);
    Workers.parallel(
        count * parts,
        i -> {
          int begin = i / parts * each;
          Strided sum = sums.select(0, i / parts);
          for (int t = begin; t < Math.min(tiles, begin + each); t++) {
            addition.run(i % parts, lattice.tile(t), sum, t > begin);
          }
        });
    int cut = to.size(0) > 1 ? 0 : 1; // units, or the rows of the only one
    int unit = sums.stride(1 + cut);
    Strided sum = sums.select(0, 0);
    Parts.run(
        sum.size(cut),
        unit * (count + 2L),
        (from, end) -> {
          int n = end - from;
          for (int apart = 1; apart < count; apart *= 2) {
            for (int b = 0; b + apart < count; b += 2 * apart) {
              int at = b * sums.stride(0) + from * unit;
              int next = at + apart * sums.stride(0);
              Elements.addRun(sums.array(), next, 1, n * unit, sums.array(), at, 1);
            }
          }
          Strided some = sum.narrow(cut, from, n).narrow(2, 0, to.size(1));
          Strided part = to.narrow(2 * cut, from, n);
          int matrix = part.stride(0), row = part.stride(1);
          Transposition.each(some.transposed(), part.array(), part.offset(), matrix, row);
        });
    sums.release();
  }

  /** A row of zeros, on loan, as every row of an init. */
  private Strided zeros(int rows, int width) {
    Strided zeros = Strided.scratch(x.array(), 1, width);
    Fill.run(zeros, 0);
    return zeros.expand(rows, width);
  }

  // --- vectors along the channels ---

  private void byChannels(TapKernels kernels) {
    int filters = filters();
    int taps = lattice.taps();
    int step = Math.ceilDiv(Math.ceilDiv(WORTH_A_COPY, taps), STRIP) * STRIP;
    int steps = Math.ceilDiv(lattice.channels(), step);
    add(
        groups * steps,
        Strided.dense(dw.array(), dw.offset(), groups * filters, lattice.channels(), taps),
        (part, tile, sum, accumulate) -> {
          int group = part / steps;
          int from = part % steps * step;
          int n = Math.min(lattice.channels() - from, step);
          Strided of = sum.rows(group * filters, filters).narrow(2, from, n);
          byChannels(kernels, tile, group, from, of, accumulate);
        });
  }

  /**
   * {@code sums[filter, tap, channel] (+)= g[filter, positions] @ the halo under the tap}, of the
   * channels from {@code from} on.
   */
  private void byChannels(
      TapKernels kernels, Tile tile, int group, int from, Strided sums, boolean accumulate) {
    int filters = filters();
    int n = tile.positions();
    int parts = Math.ceilDiv(n, STEPS);
    int step = Math.ceilDiv(n, parts);
    Object rows = rows(tile, group, step);
    Strided zeros = zeros(filters, kernels.width());
    for (int c = 0; c < sums.size(2); c += kernels.width()) {
      int left = sums.size(2) - c;
      int across = kernels.vectors(left) * kernels.lanes();
      PaddedTile halo = new PaddedTile(lattice, tile, across, x.array());
      halo.fill(lattice.group(x, groups, group), from + c, 1, Math.min(across, left));
      int[] taps = halo.rows();
      int[] positions = halo.positions();
      var product = new TileProduct(Form.CHANNELS, kernels, rows, positions, positions);
      for (int t = 0; t < taps.length; t++) {
        Strided sum = sums.select(1, t).columns(c, left);
        for (int p = 0; p < n; p += step) {
          Strided b = Strided.vector(halo.array(), taps[t], Math.min(step, n - p), 1);
          Strided init = p == 0 && !accumulate ? zeros : sum;
          product.run(p / step * filters * TapKernel.STRIDE, p, b, init, sum);
        }
      }
      halo.release();
    }
    zeros.release();
    Scratch.release(rows);
  }

  /** The gradient of the output in blocks of steps, rows a constant distance apart in each. */
  private Object rows(Tile tile, int group, int step) {
    int filters = filters();
    int n = tile.positions();
    Strided g = tile.load(gradient, group * filters, filters);
    Object rows = Scratch.like(x.array(), Math.ceilDiv(n, step) * filters * TapKernel.STRIDE);
    for (int p = 0; p < n; p += step) {
      for (int f = 0; f < filters; f++) {
        int to = (p / step * filters + f) * TapKernel.STRIDE;
        System.arraycopy(g.array(), g.at(f, p), rows, to, Math.min(step, n - p));
      }
    }
    tile.release(g, gradient);
    return rows;
  }

  // --- vectors along the groups ---

  private void byGroups(TapKernels kernels) {
    int lanes = kernels.lanes();
    int rows = filters() * lattice.depth(); // [filters, channels, taps]
    add(
        Math.ceilDiv(groups, lanes),
        Strided.dense(dw.array(), dw.offset(), 1, groups, rows),
        (part, tile, sum, accumulate) -> {
          int at = sum.offset() + part * lanes;
          Strided of = Strided.matrix(sum.array(), at, rows, lanes, sum.stride(1), 1);
          byGroups(kernels, tile, part * lanes, of, accumulate);
        });
  }

  /**
   * {@code sums[(filter, channel, tap), group] (+)= the halo under the tap * g}, position by
   * position, of the groups from {@code group} on.
   */
  private void byGroups(
      TapKernels kernels, Tile tile, int group, Strided sums, boolean accumulate) {
    int filters = filters();
    int lanes = kernels.lanes();
    int filled = Math.min(lanes, groups - group);
    int n = tile.positions();
    Strided g = Strided.scratch(x.array(), filters, n, lanes);
    for (int f = 0; f < filters; f++) {
      panel(tile, group * filters + f, filled, g.select(0, f));
    }
    Strided zeros = zeros(lattice.taps(), lanes);
    PaddedTile halo = new PaddedTile(lattice, tile, lanes, x.array());
    var product =
        new TileProduct(Form.GROUPS, kernels, halo.array(), halo.rows(), halo.positions());
    for (int c = 0; c < lattice.channels(); c++) {
      halo.fill(x, group * lattice.channels() + c, lattice.channels(), filled);
      for (int f = 0; f < filters; f++) {
        Strided sum = sums.rows((f * lattice.channels() + c) * lattice.taps(), lattice.taps());
        product.run(0, 0, g.select(0, f), accumulate ? sum : zeros, sum);
      }
    }
    halo.release();
    zeros.release();
    g.release();
  }

  /** The gradient of one filter of each group side by side, {@code [positions, groups]}. */
  private void panel(Tile tile, int filter, int filled, Strided to) {
    int sheet = tile.rows() * tile.width();
    int apart = filters() * gradient.stride(1);
    for (int i = 0; i < tile.sheets(); i++) {
      int from = tile.at(gradient, filter, i, 0);
      Transposition.padded(
          Strided.matrix(gradient.array(), from, sheet, filled, 1, apart),
          to.rows(i * sheet, sheet));
    }
  }

  // --- vectors along the filters ---

  private void byFilters() {
    int filters = filters();
    int depth = lattice.depth();
    int taps = lattice.taps();
    int steps = Math.ceilDiv(lattice.channels(), lattice.channelsPerBlock());
    int step = Math.ceilDiv(lattice.channels(), steps);
    add(
        groups * steps,
        Strided.dense(dw.array(), dw.offset(), groups, filters, depth),
        (part, tile, sum, accumulate) -> {
          int group = part / steps;
          int from = part % steps * step;
          int to = Math.min(lattice.channels(), from + step);
          int at = sum.at(group, from * taps);
          int m = (to - from) * taps;
          Strided of = Strided.matrix(sum.array(), at, m, filters, sum.stride(1), 1);
          byFilters(tile, group, from, to, of, accumulate);
        });
  }

  /** {@code sums[(channel, tap), filter] (+)= matrix of the tile @ its g[positions, filters]}. */
  private void byFilters(Tile tile, int group, int from, int to, Strided sums, boolean accumulate) {
    int n = tile.positions();
    int m = sums.size(0);
    Im2colTile columns = new Im2colTile(lattice, tile, x.array());
    columns.fill(lattice.group(x, groups, group), from, to);
    int[] rows = columns.at();
    boolean even = columns.isEven();
    Strided a =
        even
            ? Strided.matrix(columns.array(), rows[0], m, n, m > 1 ? rows[1] - rows[0] : 0, 1)
            : Strided.scratch(x.array(), m, n);
    for (int i = 0; i < m && !even; i++) {
      System.arraycopy(columns.array(), rows[i], a.array(), i * n, n);
    }
    Strided g = tile.load(gradient, group * filters(), filters());
    Gemm.multiply(a, g.transposed(), sums, accumulate);
    tile.release(g, gradient);
    if (!even) {
      a.release();
    }
    columns.release();
  }
}
