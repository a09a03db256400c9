package gradus.kernel.conv;

import gradus.kernel.conv.Lattice.Tile;
import gradus.kernel.conv.TapKernel.Form;
import gradus.kernel.gemm.RowProduct;
import gradus.kernel.gemm.Transposition;
import gradus.kernel.index.Parts;
import gradus.kernel.threads.Workers;
import org.jspecify.annotations.Nullable;

/**
 * The gradient of a kernel, {@code dw[filters of all groups, depth]}: the gradient of the output
 * times the matrix of the lattice, summed over all positions.
 *
 * <p>There are two ways with the same bits. Vectors run along the channels: for each tap the
 * gradient's rows are multiplied by a {@link ChannelHalo}, which is there once for all taps. Or, if
 * channels do not fill vectors or the matrix lies in the source, {@link Columns} are multiplied
 * with vectors along the filters.
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

  /** Channels of a part are multiples of this, and so of the width of every kernel. */
  private static final int STRIP = 32;

  /** Channels times taps that are worth a copy of the output's gradient. */
  private static final int WORTH_A_COPY = 512;

  /** Steps of a chain at a time, which are laid out at a constant distance. */
  private static final int STEPS = 320;

  void run() {
    TapKernels kernels = TapKernels.of(x);
    run(kernels != null && fills(kernels) && !lattice.isPlain() ? kernels : null);
  }

  /** Whether at least three quarters of the vectors are filled by channels. */
  private boolean fills(TapKernels kernels) {
    return 4 * channels() >= 3 * kernels.filled(channels());
  }

  private int channels() {
    return lattice.channels();
  }

  /** With these kernels for vectors along the channels if they are ready, or without any. */
  void run(@Nullable TapKernels given) {
    if (lattice.tiles() == 0 || lattice.depth() == 0 || filters == 0) {
      return; // dw is zero
    }
    if (given != null && ready(given)) {
      byChannels(given);
    } else {
      byFilters();
    }
  }

  /** Positions of so many tiles are added in a chain. */
  private int tilesPerSum() {
    int size = groups * lattice.depth() * filters;
    int tiles = lattice.tiles();
    long work = (long) lattice.images() * lattice.positions() * size;
    int most = Math.clamp(Math.min(work / WORTH_A_SUM, ROOM_FOR_SUMS / size), 1, tiles);
    int steps = Math.ceilDiv(channels(), lattice.channelsPerBlock());
    return Math.ceilDiv(tiles, Math.clamp(Math.ceilDiv(PARTS, groups * steps), 1, most));
  }

  /** The next tiles of a sum. */
  private interface Addition {
    void run(int group, int part, Tile tile, int sum, boolean accumulate);
  }

  /** Adds up tiles in blocks, part by part of each group. */
  private void each(int parts, int room, Addition addition) {
    int tiles = lattice.tiles();
    int each = tilesPerSum();
    Workers.parallel(
        Math.ceilDiv(tiles, each) * groups * parts,
        i -> {
          int block = i / parts / groups;
          for (int t = block * each; t < Math.min(tiles, (block + 1) * each); t++) {
            boolean accumulate = t > block * each;
            addition.run(i / parts % groups, i % parts, lattice.tile(t), block * room, accumulate);
          }
        });
  }

  private int sums() {
    return Math.ceilDiv(lattice.tiles(), tilesPerSum());
  }

  /** Adds n elements of all sums to the first, in a tree. */
  private void combine(Object sums, int room, int first, int n) {
    for (int apart = 1; apart < sums(); apart *= 2) {
      for (int b = 0; b + apart < sums(); b += 2 * apart) {
        Typed.add(n, sums, first + (b + apart) * room, sums, first + b * room);
      }
    }
  }

  private int groupAt(int group) {
    return xo + group * (lattice.imageStride() / groups);
  }

  // --- vectors along the channels ---

  private boolean ready(TapKernels kernels) {
    return kernels.ready(Form.CHANNELS, filters, channels());
  }

  private void byChannels(TapKernels kernels) {
    int taps = lattice.taps();
    int width = Math.ceilDiv(channels(), WHOLE) * WHOLE;
    int room = groups * filters * taps * width; // one sum: [groups, filters, taps, channels]
    int step = Math.ceilDiv(Math.ceilDiv(WORTH_A_COPY, taps), STRIP) * STRIP;
    Object sums = Typed.scratch(x, sums() * room);
    each(
        Math.ceilDiv(channels(), step),
        room,
        (group, part, tile, sum, accumulate) ->
            byChannels(
                kernels,
                tile,
                group,
                part * step,
                Math.min(channels(), part * step + step),
                sums,
                sum + group * filters * taps * width + part * step,
                width,
                accumulate));
    Parts.run(
        groups * filters,
        (long) lattice.depth() * (sums() + 2),
        (from, to) -> {
          combine(sums, room, from * taps * width, (to - from) * taps * width);
          for (int f = from; f < to; f++) {
            int out = dwo + f * lattice.depth();
            Transposition.run(channels(), taps, sums, f * taps * width, width, dw, out, taps);
          }
        });
    Typed.release(sums);
  }

  /** {@code sums[filter, tap, channel] (+)= g[filter, positions] @ the halo under the tap}. */
  private void byChannels(
      TapKernels kernels,
      Tile tile,
      int group,
      int from,
      int to,
      Object sums,
      int sum,
      int width,
      boolean accumulate) {
    int n = tile.positions();
    int parts = Math.ceilDiv(n, STEPS);
    int step = Math.ceilDiv(n, parts);
    Object rows = rows(tile, group, step);
    Object zeros = Typed.scratch(x, kernels.width());
    Typed.zero(zeros, 0, kernels.width());
    int row = lattice.taps() * width;
    for (int channel = from; channel < to; channel += kernels.width()) {
      int vectors = kernels.vectors(to - channel);
      int across = vectors * kernels.lanes();
      ChannelHalo halo = new ChannelHalo(lattice, tile, across, x);
      halo.fill(x, groupAt(group), channel, Math.min(across, to - channel));
      int[] taps = halo.taps();
      int[] positions = halo.positions();
      for (int t = 0; t < taps.length; t++) {
        int at = sum + t * width + channel - from;
        for (int p = 0; p < n; p += step) {
          boolean fresh = p == 0 && !accumulate;
          new TileProduct(
                  Form.CHANNELS, kernels, Math.min(step, n - p), rows, halo.array(), sums, row)
              .run(
                  filters,
                  to - channel,
                  positions,
                  p / step * filters * TapKernel.STRIDE,
                  positions,
                  p,
                  taps[t],
                  fresh ? zeros : sums,
                  fresh ? 0 : at,
                  fresh ? 0 : row,
                  at);
        }
      }
      halo.release();
    }
    Typed.release(zeros);
    Typed.release(rows);
  }

  /** The gradient of the output in blocks of steps, rows a constant distance apart in each. */
  private Object rows(Tile tile, int group, int step) {
    int n = tile.positions();
    Object g = Typed.scratch(x, filters * n);
    gradient.load(lattice, tile, group * filters, filters, g);
    Object rows = Typed.scratch(x, Math.ceilDiv(n, step) * filters * TapKernel.STRIDE);
    for (int p = 0; p < n; p += step) {
      for (int f = 0; f < filters; f++) {
        int to = (p / step * filters + f) * TapKernel.STRIDE;
        System.arraycopy(g, f * n + p, rows, to, Math.min(step, n - p));
      }
    }
    Typed.release(g);
    return rows;
  }

  // --- vectors along the filters ---

  private void byFilters() {
    int depth = lattice.depth();
    int channels = channels();
    int steps = Math.ceilDiv(channels, lattice.channelsPerBlock());
    int step = Math.ceilDiv(channels, steps);
    int width = Math.ceilDiv(filters, WHOLE) * WHOLE;
    int room = groups * depth * width; // one sum: [groups, depth, filters and more]
    Object sums = Typed.scratch(x, sums() * room);
    each(
        steps,
        room,
        (group, part, tile, sum, accumulate) -> {
          int from = part * step;
          int at = sum + (group * depth + from * lattice.taps()) * width;
          int to = Math.min(channels, from + step);
          byFilters(tile, group, from, to, sums, at, width, accumulate);
        });
    Parts.run(
        groups,
        (long) depth * filters * (sums() + 2),
        (from, to) -> {
          combine(sums, room, from * depth * width, (to - from) * depth * width);
          for (int g = from; g < to; g++) {
            int out = dwo + g * filters * depth;
            Transposition.run(filters, depth, sums, g * depth * width, width, dw, out, depth);
          }
        });
    Typed.release(sums);
  }

  /** {@code sums[(channel, tap), filter] (+)= matrix of the tile @ its g[positions, filters]}. */
  private void byFilters(
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
}
