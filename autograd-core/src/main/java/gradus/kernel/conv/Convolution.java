package gradus.kernel.conv;

import gradus.kernel.array.Strided;
import gradus.kernel.index.Parts;
import gradus.kernel.winograd.Winograd;
import gradus.kernel.winograd.WinogradTiles;
import gradus.kernel.winograd.WinogradTiles.Plane;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Cross-correlation in groups, and its adjoints: input {@code [images, groups*channels, in...]},
 * kernel {@code [groups*filters, channels, kernel...]}, output {@code [images, groups*filters,
 * out...]}, all row-major without gaps, all float or all double.
 *
 * <p>What suits Winograd's algorithm is computed by it, if it may ({@link ConvolutionPlan}).
 * Otherwise all three passes are products with the matrix of a {@link VirtualIm2col}. The law: an
 * element of the output is one chain of fma over channels, then the elements of the kernel, in
 * order, from the bias; one of the input gradient a chain over filters, then elements; the kernel
 * gradient adds the positions of each block of tiles in a chain, and the blocks, cut by shape, in a
 * binary tree.
 *
 * @param channels input channels of one group
 * @param filters output channels of one group
 * @param dims three
 * @param winograd whether what Winograd's algorithm suits may be computed by it
 */
public record Convolution(
    int images, int groups, int channels, int filters, List<Dimension> dims, boolean winograd) {
  /** Channels whose kernels are transposed together: neighbours in memory. */
  private static final int TURNED = 8;

  Dimension d() {
    return dims.get(0);
  }

  Dimension h() {
    return dims.get(1);
  }

  Dimension w() {
    return dims.get(2);
  }

  private int volumeOfKernel() {
    return d().kernel() * h().kernel() * w().kernel();
  }

  private int volumeOfIn() {
    return d().in() * h().in() * w().in();
  }

  private int volumeOfOut() {
    return d().out() * h().out() * w().out();
  }

  private boolean isStrided() {
    return d().stride() * h().stride() * w().stride() > 1;
  }

  // --- the output ---

  /** {@code y = conv(x, w) + bias}. */
  public void forward(Strided x, Strided w, @Nullable Strided bias, Strided y) {
    if (ConvolutionPlan.suitsWinograd(this, y.array())) {
      byWinograd().forward(x, w, bias, y);
    } else {
      product(x, w, bias, y).run();
    }
  }

  Winograd byWinograd() {
    Plane in = new Plane(h().in(), w().in());
    Plane out = new Plane(h().out(), w().out());
    return new Winograd(
        new WinogradTiles(images, in, h().before(), w().before(), out), groups, channels, filters);
  }

  ImplicitGemm product(Strided x, Strided w, @Nullable Strided bias, Strided y) {
    VirtualIm2col lattice = lattice();
    Strided kernels = kernels(w, filters, lattice);
    return new ImplicitGemm(lattice, groups, kernels, bias, x, result(y, filters, lattice));
  }

  VirtualIm2col lattice() {
    int imageStride = groups * channels * volumeOfIn();
    return VirtualIm2col.of(
        images, imageStride, channels, KernelTaps.of(d()), KernelTaps.of(h()), KernelTaps.of(w()));
  }

  /** The rows of a product: the kernels of so many filters of each group. */
  private Strided kernels(Strided w, int rows, VirtualIm2col lattice) {
    return Strided.dense(w.array(), w.offset(), groups * rows, lattice.depth());
  }

  /** A dense result at the positions of a lattice. */
  private Strided result(Strided of, int rows, VirtualIm2col lattice) {
    int d = lattice.d().count(), h = lattice.h().count(), w = lattice.w().count();
    return Strided.dense(of.array(), of.offset(), images, groups * rows, d, h, w);
  }

  // --- the gradient of the input ---

  /** {@code dx} for the gradient g of the output. */
  public void inputGradient(Strided g, Strided w, Strided dx) {
    if (ConvolutionPlan.suitsWinograd(this, dx.array())) {
      byWinograd().inputGradient(g, w, dx);
      return;
    }
    if (filters == 0 || skips()) {
      Loops.zero(dx.array(), dx.offset(), images * groups * channels * volumeOfIn());
    }
    eachPhase(
        phase -> {
          if (phase.taps() > 0 && filters > 0 && channels > 0) {
            phase(phase, g, w, dx);
          }
        });
  }

  /** Positions of the input with one remainder by the stride, and the elements that they meet. */
  record Phase(int d, int h, int w, KernelTaps onD, KernelTaps onH, KernelTaps onW) {
    int taps() {
      return onD.taps() * onH.taps() * onW.taps();
    }
  }

  void eachPhase(Consumer<Phase> use) {
    for (int d = 0; d < d().phases(); d++) {
      for (int h = 0; h < h().phases(); h++) {
        for (int w = 0; w < w().phases(); w++) {
          use.accept(
              new Phase(
                  d,
                  h,
                  w,
                  KernelTaps.adjoint(d(), d),
                  KernelTaps.adjoint(h(), h),
                  KernelTaps.adjoint(w(), w)));
        }
      }
    }
  }

  /** Whether there are positions of the input that no element of the kernel meets by its stride. */
  private boolean skips() {
    for (Dimension dim : dims) {
      for (int phase = 0; phase < dim.phases(); phase++) {
        if (KernelTaps.adjoint(dim, phase).taps() == 0) {
          return true;
        }
      }
    }
    return false;
  }

  /** What the product for one phase reads. */
  VirtualIm2col adjoint(Phase phase) {
    int imageStride = groups * filters * volumeOfOut();
    return isStrided()
        ? new VirtualIm2col(images, imageStride, filters, phase.onD, phase.onH, phase.onW)
        : VirtualIm2col.of(images, imageStride, filters, phase.onD, phase.onH, phase.onW);
  }

  private void phase(Phase phase, Strided g, Strided w, Strided dx) {
    VirtualIm2col lattice = adjoint(phase);
    Strided dense = result(dx, channels, lattice);
    Strided target = isStrided() ? target(phase, dx, dense.sizes()) : dense;
    Strided turned = Strided.scratch(w.array(), groups * channels, lattice.depth());
    int[] index = kernelIndex(phase);
    int across = Math.ceilDiv(channels, TURNED);
    Parts.each(
        groups * across,
        2L * TURNED * filters * index.length,
        i -> turn(index, w, i / across, i % across * TURNED, turned));
    new ImplicitGemm(lattice, groups, turned, null, g, target).run();
    turned.release();
  }

  /** Transposes the kernels of some channels of a group, but for the elements of other phases. */
  private void turn(int[] index, Strided w, int group, int channel, Strided turned) {
    int end = Math.min(channels, channel + TURNED);
    for (int f = 0; f < filters; f++) {
      for (int c = channel; c < end; c++) {
        int source = w.offset() + ((group * filters + f) * channels + c) * volumeOfKernel();
        int at = turned.at(group * channels + c, f * index.length);
        Loops.pick(index, w.array(), source, turned.array(), at);
      }
    }
  }

  /** The positions of a phase in the gradient of the input. */
  private Strided target(Phase phase, Strided dx, int[] sizes) {
    int[] strides = Strided.rowMajor(images, groups * channels, d().in(), h().in(), w().in());
    int first = phase.d * strides[2] + phase.h * strides[3] + phase.w * strides[4];
    strides[2] *= d().stride();
    strides[3] *= h().stride();
    strides[4] *= w().stride();
    return new Strided(dx.array(), dx.offset() + first, sizes, strides);
  }

  /** Where in a kernel the elements of a phase lie. */
  private int[] kernelIndex(Phase phase) {
    int[] index = new int[phase.taps()];
    int i = 0;
    for (int t : phase.onD.index()) {
      for (int r : phase.onH.index()) {
        for (int s : phase.onW.index()) {
          index[i++] = (t * h().kernel() + r) * w().kernel() + s;
        }
      }
    }
    return index;
  }

  // --- the gradient of the kernel ---

  /** {@code dw} for the gradient g of the output. */
  public void kernelGradient(Strided g, Strided x, Strided dw) {
    if (ConvolutionPlan.suitsWinograd(this, dw.array())) {
      byWinograd().kernelGradient(g, x, dw);
    } else {
      gradient(g, x, dw).run();
    }
  }

  KernelGradient gradient(Strided g, Strided x, Strided dw) {
    VirtualIm2col lattice = lattice();
    Strided of = result(g, filters, lattice);
    return new KernelGradient(lattice, groups, of, x, kernels(dw, filters, lattice));
  }

  /** As in {@code [32, 3, 1, 28, 28] * [64, 3, 1, 5, 5] -> [1, 24, 24]}. */
  @Override
  public String toString() {
    String size = "%d, %d, %d";
    return "[%d, %d, %s] * [%d, %d, %s] -> [%s]%s"
        .formatted(
            images,
            groups * channels,
            size.formatted(d().in(), h().in(), w().in()),
            groups * filters,
            channels,
            size.formatted(d().kernel(), h().kernel(), w().kernel()),
            size.formatted(d().out(), h().out(), w().out()),
            groups > 1 ? " in %d groups".formatted(groups) : "");
  }
}
