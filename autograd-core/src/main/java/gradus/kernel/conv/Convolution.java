package gradus.kernel.conv;

import gradus.kernel.array.Strided;
import gradus.kernel.index.Copy;
import gradus.kernel.winograd.Winograd;
import gradus.kernel.winograd.WinogradTiles;
import gradus.kernel.winograd.WinogradTiles.Plane;
import java.util.ArrayList;
import java.util.List;
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
  Dimension d() {
    return dims.get(0);
  }

  Dimension h() {
    return dims.get(1);
  }

  Dimension w() {
    return dims.get(2);
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
    List<Phase> phases = phases();
    if (filters == 0 || phases.stream().anyMatch(phase -> phase.lattice.taps() == 0)) {
      Loops.zero(dx.array(), dx.offset(), images * groups * channels * volumeOfIn());
    }
    for (Phase phase : phases) {
      if (phase.lattice.depth() > 0 && channels > 0) {
        phase(phase, g, w, dx);
      }
    }
  }

  /**
   * Positions of the input with one remainder by the stride in each dimension.
   *
   * @param lattice what the product for them reads
   */
  record Phase(int[] first, VirtualIm2col lattice) {}

  List<Phase> phases() {
    int imageStride = groups * filters * volumeOfOut();
    List<Phase> phases = new ArrayList<>();
    for (int d = 0; d < d().phases(); d++) {
      for (int h = 0; h < h().phases(); h++) {
        for (int w = 0; w < w().phases(); w++) {
          KernelTaps onD = KernelTaps.adjoint(d(), d);
          KernelTaps onH = KernelTaps.adjoint(h(), h);
          KernelTaps onW = KernelTaps.adjoint(w(), w);
          VirtualIm2col lattice =
              isStrided()
                  ? new VirtualIm2col(images, imageStride, filters, onD, onH, onW)
                  : VirtualIm2col.of(images, imageStride, filters, onD, onH, onW);
          phases.add(new Phase(new int[] {d, h, w}, lattice));
        }
      }
    }
    return phases;
  }

  private void phase(Phase phase, Strided g, Strided w, Strided dx) {
    VirtualIm2col lattice = phase.lattice;
    int[] in = {images, groups * channels, d().in(), h().in(), w().in()};
    Strided target =
        isStrided() ? Strided.dense(dx.array(), dx.offset(), in) : result(dx, channels, lattice);
    int[] kernel = {groups, filters, channels, d().kernel(), h().kernel(), w().kernel()};
    Strided met = Strided.dense(w.array(), w.offset(), kernel).permuted(0, 2, 1, 3, 4, 5);
    KernelTaps[] on = {lattice.d(), lattice.h(), lattice.w()};
    for (int i = 0; i < on.length; i++) {
      int[] index = on[i].index();
      int apart = index.length > 1 ? index[1] - index[0] : 1;
      met = every(apart, met, 3 + i, index[0], index.length);
      if (isStrided()) {
        target = every(dims.get(i).stride(), target, 2 + i, phase.first[i], on[i].count());
      }
    }
    Strided turned = Strided.scratch(w.array(), met.sizes());
    Copy.run(met, turned);
    Strided rows = kernels(turned, channels, lattice);
    new ImplicitGemm(lattice, groups, rows, null, g, target).run();
    turned.release();
  }

  /** Every so many positions of a dimension, n from {@code first} on. */
  private static Strided every(int step, Strided of, int dim, int first, int n) {
    int[] sizes = of.sizes().clone();
    int[] strides = of.strides().clone();
    sizes[dim] = n;
    strides[dim] *= step;
    return new Strided(of.array(), of.offset() + first * of.stride(dim), sizes, strides);
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
