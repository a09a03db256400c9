package gradus.kernel.conv;

import gradus.kernel.index.Parts;
import org.jspecify.annotations.Nullable;

/**
 * Cross-correlation in groups, and its adjoints: input {@code [images, groups*channels, in...]},
 * kernel {@code [groups*filters, channels, kernel...]}, output {@code [images, groups*filters,
 * out...]}, all row-major without gaps. Sizes, strides and so on are given for three dimensions.
 *
 * <p>Arrays passed as {@code Object} are all {@code float[]} or all {@code double[]}.
 *
 * <p>What {@link Winograd} suits is computed by it, if it may. Otherwise all three passes are
 * products with the virtual matrix of a {@link Lattice}, laid out tile by tile. The law: an element
 * of the output is one chain of fma over channels, then the elements of the kernel, in order, from
 * the bias; one of the input gradient a chain over filters, then elements; the kernel gradient adds
 * the positions of each block of tiles in a chain, and the blocks, cut by shape, in a binary tree.
 *
 * @param channels input channels of one group
 * @param filters output channels of one group
 * @param before zeros in front of the input
 * @param winograd whether what Winograd's algorithm suits may be computed by it
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
    int[] out,
    boolean winograd) {
  /** Channels whose kernels are transposed together: neighbours in memory. */
  private static final int TURNED = 8;

  /** {@code y = conv(x, w) + bias}. */
  public void forward(
      Object x, int xo, Object w, int wo, @Nullable Object bias, int bo, Object y, int yo) {
    if (Winograd.suits(this, y)) {
      Winograd.forward(this, (float[]) x, xo, (float[]) w, wo, (float[]) bias, bo, (float[]) y, yo);
    } else {
      product(x, xo, w, wo, bias, bo, y, yo).run();
    }
  }

  SlidingProduct product(
      Object x, int xo, Object w, int wo, @Nullable Object bias, int bo, Object y, int yo) {
    Lattice lattice = lattice();
    Target target = Target.dense(y, yo, groups * filters, lattice);
    return new SlidingProduct(lattice, groups, filters, w, wo, bias, bo, x, xo, target);
  }

  /** {@code dx} for the gradient g of the output. */
  public void inputGradient(Object g, int go, Object w, int wo, Object dx, int dxo) {
    if (Winograd.suits(this, dx)) {
      Winograd.inputGradient(this, (float[]) g, go, (float[]) w, wo, (float[]) dx, dxo);
      return;
    }
    if (filters == 0 || skips()) {
      Typed.zero(dx, dxo, images * groups * channels * volume(in));
    }
    for (int pd = 0; pd < Math.min(stride[0], in[0]); pd++) {
      for (int ph = 0; ph < Math.min(stride[1], in[1]); ph++) {
        for (int pw = 0; pw < Math.min(stride[2], in[2]); pw++) {
          phase(new int[] {pd, ph, pw}, g, go, w, wo, dx, dxo);
        }
      }
    }
  }

  /** Whether there are positions of the input that no element of the kernel meets by its stride. */
  private boolean skips() {
    for (int d = 0; d < 3; d++) {
      for (int phase = 0; phase < Math.min(stride[d], in[d]); phase++) {
        if (taps(d, phase).taps() == 0) {
          return true;
        }
      }
    }
    return false;
  }

  private Taps taps(int d, int phase) {
    return Taps.adjoint(kernel[d], stride[d], dilation[d], before[d], phase, in[d], out[d]);
  }

  private void phase(int[] phase, Object g, int go, Object w, int wo, Object dx, int dxo) {
    Taps[] taps = new Taps[3];
    for (int d = 0; d < 3; d++) {
      taps[d] = taps(d, phase[d]);
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
    new SlidingProduct(lattice, groups, channels, turned, 0, null, 0, g, go, target).run();
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

  /** {@code dw} for the gradient g of the output. */
  public void kernelGradient(Object g, int go, Object x, int xo, Object dw, int dwo) {
    if (Winograd.suits(this, dw)) {
      Winograd.kernelGradient(this, (float[]) g, go, (float[]) x, xo, (float[]) dw, dwo);
    } else {
      gradient(g, go, x, xo, dw, dwo).run();
    }
  }

  KernelGradient gradient(Object g, int go, Object x, int xo, Object dw, int dwo) {
    Lattice lattice = lattice();
    Target gradient = Target.dense(g, go, groups * filters, lattice);
    return new KernelGradient(lattice, groups, filters, gradient, x, xo, dw, dwo);
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
