package gradus.kernel.conv;

import gradus.kernel.conv.Lattice.Tile;
import gradus.kernel.gemm.RowProduct;
import gradus.kernel.index.Parts;
import gradus.kernel.threads.Workers;
import org.jspecify.annotations.Nullable;

/**
 * Cross-correlation in groups, and its adjoints: input {@code [images, groups*channels, in...]},
 * kernel {@code [groups*filters, channels, kernel...]}, output {@code [images, groups*filters,
 * out...]}, all row-major without gaps. Sizes, strides and so on are given for three dimensions.
 *
 * <p>Arrays passed as {@code Object} are all {@code float[]} or all {@code double[]}.
 *
 * <p>All three passes are products with the virtual matrix of a {@link Lattice}, laid out tile by
 * tile. The law: an element of the output is one chain of fma over channels, then the elements of
 * the kernel, in order, from the bias; one of the input gradient a chain over filters, then
 * elements; the kernel gradient adds the positions of each block of tiles in a chain, and the
 * blocks, cut by shape, in a binary tree.
 *
 * @param channels input channels of one group
 * @param filters output channels of one group
 * @param before zeros in front of the input
 */
public record Convolution(
    int images,
    int groups,
    int channels,
    int filters,
    int[] in,
    int[] kernel,
    int[] stride,
    int[] before,
    int[] dilation,
    int[] out) {
  /** Parts of work that keep all threads busy to the end. */
  private static final int PARTS = 32;

  /** Output channels are not split finer than this: each part lays out the columns again. */
  private static final int FEWEST_CHANNELS = 160;

  /** Channels whose kernels are transposed together: neighbours in memory. */
  private static final int TURNED = 8;

  /** Multiply-adds that are worth a sum of their own, and elements that all sums may take. */
  private static final long WORTH_A_SUM = 1 << 20;

  private static final int ROOM_FOR_SUMS = 1 << 22;

  /** {@code y = conv(x, w) + bias}. */
  public void forward(
      Object x, int xo, Object w, int wo, @Nullable Object bias, int bo, Object y, int yo) {
    Lattice lattice = lattice();
    Target target = Target.dense(y, yo, groups * filters, lattice);
    slide(lattice, filters, w, wo, bias, bo, x, xo, target);
  }

  /** {@code dx} for the gradient g of the output; dx is zero before. */
  public void inputGradient(Object g, int go, Object w, int wo, Object dx, int dxo) {
    for (int pd = 0; pd < Math.min(stride[0], in[0]); pd++) {
      for (int ph = 0; ph < Math.min(stride[1], in[1]); ph++) {
        for (int pw = 0; pw < Math.min(stride[2], in[2]); pw++) {
          phase(new int[] {pd, ph, pw}, g, go, w, wo, dx, dxo);
        }
      }
    }
  }

  private void phase(int[] phase, Object g, int go, Object w, int wo, Object dx, int dxo) {
    Taps[] taps = new Taps[3];
    for (int d = 0; d < 3; d++) {
      taps[d] = Taps.adjoint(kernel[d], stride[d], dilation[d], before[d], phase[d], in[d], out[d]);
    }
    int count = taps[0].taps() * taps[1].taps() * taps[2].taps();
    if (count == 0 || filters == 0 || channels == 0) {
      return;
    }
    int imageStride = groups * filters * volume(out);
    boolean dense = volume(stride) == 1;
    Lattice lattice =
        dense
            ? Lattice.of(images, imageStride, filters, taps[0], taps[1], taps[2])
            : new Lattice(images, imageStride, filters, taps[0], taps[1], taps[2]);
    Target target =
        dense
            ? Target.dense(dx, dxo, groups * channels, lattice)
            : new Target(dx, dxo, groups * channels * volume(in), in, phase, stride);
    Object turned = Typed.scratch(w, groups * channels * filters * count);
    int[] index = kernelIndex(taps);
    int across = Math.ceilDiv(channels, TURNED);
    int block = channels * filters;
    Parts.run(
        groups * across,
        2L * TURNED * filters * count,
        (from, to) -> {
          for (int i = from; i < to; i++) {
            int group = i / across;
            int begin = i % across * TURNED;
            int end = Math.min(channels, begin + TURNED);
            int at = group * block * count;
            Typed.turn(
                filters,
                channels,
                begin,
                end,
                volume(kernel),
                index,
                w,
                wo + group * block * volume(kernel),
                turned,
                at);
          }
        });
    slide(lattice, channels, turned, 0, null, 0, g, go, target);
    Typed.release(turned);
  }

  /** Where in a kernel the elements of a phase lie. */
  private int[] kernelIndex(Taps[] taps) {
    int[] index = new int[taps[0].taps() * taps[1].taps() * taps[2].taps()];
    int i = 0;
    for (int t : taps[0].index()) {
      for (int r : taps[1].index()) {
        for (int s : taps[2].index()) {
          index[i++] = (t * kernel[1] + r) * kernel[2] + s;
        }
      }
    }
    return index;
  }

  /** {@code target[rows of all groups, positions] = a[rows, depth] @ matrix of the lattice}. */
  private void slide(
      Lattice lattice,
      int rows,
      Object a,
      int ao,
      @Nullable Object bias,
      int bo,
      Object source,
      int so,
      Target target) {
    int tiles = lattice.tiles();
    if (rows == 0 || tiles == 0 || groups == 0) {
      return;
    }
    int most = Math.max(1, rows / FEWEST_CHANNELS);
    int wanted = Math.clamp(Math.ceilDiv(PARTS, tiles * groups), 1, most);
    int height = Math.ceilDiv(rows, wanted);
    int splits = Math.ceilDiv(rows, height);
    int groupStride = lattice.imageStride() / groups;
    int depth = lattice.depth();
    Workers.parallel(
        tiles * groups * splits,
        part -> {
          int group = part / splits % groups;
          int row = group * rows + part % splits * height;
          int m = Math.min(height, (group + 1) * rows - row);
          Tile tile = lattice.tile(part / splits / groups);
          int n = tile.positions();
          boolean direct = target.takes(tile);
          Object c = direct ? target.array() : Typed.scratch(a, m * n);
          int co = direct ? target.at(lattice, tile, row, 0, 0) : 0;
          int crs = direct ? target.channelStride() : n;
          for (int i = 0; i < m && bias != null; i++) {
            Typed.fill(c, co + i * crs, n, bias, bo + row + i);
          }
          Columns columns = new Columns(lattice, tile, a);
          int block = lattice.channelsPerBlock();
          for (int channel = 0; channel < lattice.channels(); channel += block) {
            int end = Math.min(lattice.channels(), channel + block);
            columns.fill(source, so + group * groupStride, channel, end);
            RowProduct.run(
                m,
                n,
                (end - channel) * lattice.taps(),
                a,
                ao + row * depth + channel * lattice.taps(),
                depth,
                columns.array(),
                columns.at(),
                c,
                co,
                crs,
                bias != null || channel > 0);
          }
          columns.release();
          if (!direct) {
            target.store(lattice, tile, row, m, c);
            Typed.release(c);
          }
        });
  }

  /** {@code dw} for the gradient g of the output. */
  public void kernelGradient(Object g, int go, Object x, int xo, Object dw, int dwo) {
    Lattice lattice = lattice();
    int depth = lattice.depth();
    int tiles = lattice.tiles();
    if (tiles == 0 || depth == 0 || filters == 0) {
      return; // dw is zero
    }
    int size = groups * depth * filters; // one sum: [groups, depth, filters]
    int steps = Math.ceilDiv(channels, lattice.channelsPerBlock());
    int step = Math.ceilDiv(channels, steps);
    long work = (long) images * lattice.positions() * size;
    int most = Math.clamp(Math.min(work / WORTH_A_SUM, ROOM_FOR_SUMS / size), 1, tiles);
    int each = Math.ceilDiv(tiles, Math.clamp(Math.ceilDiv(PARTS, groups * steps), 1, most));
    int blocks = Math.ceilDiv(tiles, each);
    Object sums = Typed.scratch(x, blocks * size);
    Target gradient = Target.dense(g, go, groups * filters, lattice);
    Workers.parallel(
        blocks * groups * steps,
        part -> {
          int block = part / steps / groups;
          int group = part / steps % groups;
          int from = part % steps * step;
          int to = Math.min(channels, from + step);
          int at = block * size + (group * depth + from * lattice.taps()) * filters;
          for (int t = block * each; t < Math.min(tiles, (block + 1) * each); t++) {
            addTile(lattice, t, group, from, to, gradient, x, xo, sums, at, t > block * each);
          }
        });
    Parts.run(
        groups,
        (long) depth * filters * (blocks + 2),
        (from, to) -> {
          int n = (to - from) * depth * filters;
          int first = from * depth * filters;
          for (int apart = 1; apart < blocks; apart *= 2) {
            for (int b = 0; b + apart < blocks; b += 2 * apart) {
              Typed.add(n, sums, first + (b + apart) * size, sums, first + b * size);
            }
          }
          for (int f = from * filters; f < to * filters; f++) {
            int column = f / filters * depth * filters + f % filters;
            Typed.gather(depth, sums, column, filters, dw, dwo + f * depth);
          }
        });
    Typed.release(sums);
  }

  /** {@code sums[(channel, tap), filter] (+)= matrix of the tile @ its g[positions, filters]}. */
  private void addTile(
      Lattice lattice,
      int number,
      int group,
      int from,
      int to,
      Target gradient,
      Object x,
      int xo,
      Object sums,
      int at,
      boolean accumulate) {
    Tile tile = lattice.tile(number);
    int n = tile.positions();
    int m = (to - from) * lattice.taps();
    Columns columns = new Columns(lattice, tile, x);
    columns.fill(x, xo + group * (lattice.imageStride() / groups), from, to);
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
        filters,
        accumulate);
    if (!inPlace) {
      Typed.release(b);
    }
    if (!even) {
      Typed.release(a);
    }
    columns.release();
  }

  private Lattice lattice() {
    Taps[] taps = new Taps[3];
    for (int d = 0; d < 3; d++) {
      taps[d] = Taps.of(kernel[d], stride[d], dilation[d], before[d], out[d], in[d]);
    }
    return Lattice.of(images, groups * channels * volume(in), channels, taps[0], taps[1], taps[2]);
  }

  private static int volume(int[] sizes) {
    return sizes[0] * sizes[1] * sizes[2];
  }
}
