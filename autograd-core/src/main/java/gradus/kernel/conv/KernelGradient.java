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
 * <p>There are three ways with the same bits. Vectors run along the channels: for each tap the
 * gradient's rows are multiplied by a {@link ChannelHalo}, which is there once for all taps. Or
 * along the groups, if those are many and small. Or, where neither fills vectors or the matrix lies
 * in the source, along the filters, and {@link Columns} are multiplied.
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

  /** Up to so many filters of a group do not fill vectors. */
  private static final int FEW = 8;

  /** Steps of a chain at a time, which are laid out at a constant distance. */
  private static final int STEPS = 320;

  void run() {
    TapKernels kernels = TapKernels.of(x);
    boolean pays = kernels != null && (alongGroups(kernels) || fills(kernels, channels()));
    run(pays && !lattice.isPlain() ? kernels : null);
  }

  /** Whether at least three quarters of the vectors are filled by so many. */
  private static boolean fills(TapKernels kernels, int n) {
    return 4 * n >= 3 * kernels.filled(n);
  }

  /** Whether vectors along the groups are fuller than those along channels or filters. */
  private boolean alongGroups(TapKernels kernels) {
    return fills(kernels, groups) && !fills(kernels, channels()) && filters <= FEW;
  }

  private int channels() {
    return lattice.channels();
  }

  /** With these kernels for vectors along the channels if they are ready, or without any. */
  void run(@Nullable TapKernels given) {
    if (lattice.tiles() == 0 || lattice.depth() == 0 || filters == 0) {
      Typed.zero(dw, dwo, groups * filters * lattice.depth());
      return;
    }
    if (given != null && alongGroups(given) && readyForGroups(given)) {
      byGroups(given);
    } else if (given != null && !alongGroups(given) && ready(given)) {
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

  /** The next tile of a sum that begins at {@code sum}. */
  private interface Addition {
    void run(int part, Tile tile, int sum, boolean accumulate);
  }

  /** Adds up tiles in blocks, part by part. */
  private void each(int parts, int room, Addition addition) {
    int tiles = lattice.tiles();
    int each = tilesPerSum();
    Workers.parallel(
        sums() * parts,
        i -> {
          int block = i / parts;
          for (int t = block * each; t < Math.min(tiles, (block + 1) * each); t++) {
            boolean accumulate = t > block * each;
            addition.run(i % parts, lattice.tile(t), block * room, accumulate);
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
    return kernels.ready(Form.CHANNELS, filters, channels(), lattice.work(groups * filters));
  }

  private void byChannels(TapKernels kernels) {
    int taps = lattice.taps();
    int width = Math.ceilDiv(channels(), WHOLE) * WHOLE;
    int room = groups * filters * taps * width; // one sum: [groups, filters, taps, channels]
    int step = Math.ceilDiv(Math.ceilDiv(WORTH_A_COPY, taps), STRIP) * STRIP;
    Object sums = Typed.scratch(x, sums() * room);
    int steps = Math.ceilDiv(channels(), step);
    each(
        groups * steps,
        room,
        (part, tile, sum, accumulate) -> {
          int group = part / steps;
          int from = part % steps * step;
          int to = Math.min(channels(), from + step);
          int at = sum + group * filters * taps * width + from;
          byChannels(kernels, tile, group, from, to, sums, at, width, accumulate);
        });
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
      halo.fill(x, groupAt(group), channel, 1, Math.min(across, to - channel));
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

  // --- vectors along the groups ---

  private boolean readyForGroups(TapKernels kernels) {
    return kernels.ready(
        Form.GROUPS, lattice.taps(), kernels.lanes(), lattice.work(groups * filters));
  }

  private void byGroups(TapKernels kernels) {
    int lanes = kernels.lanes();
    int taps = lattice.taps();
    int depth = lattice.depth();
    int strips = Math.ceilDiv(groups, lanes);
    int strip = filters * depth * lanes; // [filters, channels, taps, groups of the strip]
    Object sums = Typed.scratch(x, sums() * strips * strip);
    each(
        strips,
        strips * strip,
        (part, tile, sum, accumulate) ->
            byGroups(kernels, tile, part * lanes, sums, sum + part * strip, accumulate));
    Parts.run(
        strips,
        (long) strip * (sums() + 2),
        (from, to) -> {
          combine(sums, strips * strip, from * strip, (to - from) * strip);
          for (int i = from * filters * channels(); i < to * filters * channels(); i++) {
            int group = i / channels() / filters * lanes;
            int row = group * filters + i / channels() % filters;
            int filled = Math.min(lanes, groups - group);
            int out = dwo + row * depth + i % channels() * taps;
            Transposition.run(
                filled, taps, sums, i * taps * lanes, lanes, dw, out, filters * depth);
          }
        });
    Typed.release(sums);
  }

  /**
   * {@code sums[filter, channel, tap, group] (+)= the halo under the tap * g}, position by
   * position.
   */
  private void byGroups(
      TapKernels kernels, Tile tile, int group, Object sums, int sum, boolean accumulate) {
    int lanes = kernels.lanes();
    int filled = Math.min(lanes, groups - group);
    int n = tile.positions();
    int taps = lattice.taps();
    Object g = Typed.scratch(x, filters * n * lanes);
    for (int f = 0; f < filters; f++) {
      panel(tile, group * filters + f, filled, g, f * n * lanes, lanes);
    }
    Object zeros = Typed.scratch(x, lanes);
    Typed.zero(zeros, 0, lanes);
    ChannelHalo halo = new ChannelHalo(lattice, tile, lanes, x);
    int[] bases = halo.taps();
    int[] positions = halo.positions();
    for (int c = 0; c < channels(); c++) {
      halo.fill(x, xo, group * channels() + c, channels(), filled);
      for (int f = 0; f < filters; f++) {
        int at = sum + (f * channels() + c) * taps * lanes;
        Object init = accumulate ? sums : zeros;
        int io = accumulate ? at : 0;
        int is = accumulate ? lanes : 0;
        new TileProduct(Form.GROUPS, kernels, n, halo.array(), g, sums, lanes)
            .run(taps, lanes, bases, 0, positions, 0, f * n * lanes, init, io, is, at);
      }
    }
    halo.release();
    Typed.release(zeros);
    Typed.release(g);
  }

  /** The gradient of one filter of each group side by side, {@code [positions, groups]}. */
  private void panel(Tile tile, int filter, int filled, Object to, int offset, int lanes) {
    int sheet = tile.rows() * tile.width();
    int apart = filters * gradient.channelStride();
    for (int i = 0; i < tile.sheets(); i++) {
      int from = gradient.at(lattice, tile, filter, i, 0);
      int at = offset + i * sheet * lanes;
      Transposition.run(sheet, filled, gradient.array(), from, apart, to, at, lanes);
    }
    for (int i = 0; i < tile.positions() && filled < lanes; i++) {
      Typed.zero(to, offset + i * lanes + filled, lanes - filled);
    }
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
        groups * steps,
        room,
        (part, tile, sum, accumulate) -> {
          int group = part / steps;
          int from = part % steps * step;
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
