package gradus.kernel.conv;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which algorithm computes a pass of a convolution. The choice is made here and nowhere else, by
 * shape, type and the width of vectors; while the vector kernels of an algorithm are still being
 * made, {@link Algorithm#POSITIONS} (of a kernel gradient, {@link Algorithm#FILTERS}) stands in
 * with the same bits.
 *
 * @param algorithms one; of an input gradient with strides, those of its phases
 */
public record ConvolutionPlan(Convolution convolution, Pass pass, List<Algorithm> algorithms) {
  /** Steps of a chain that are worth a transposed result. */
  private static final int DEEP = 48;

  /** Up to so many filters of a group, copies of the source cost more than what is done to them. */
  private static final int FEW = 8;

  /** What is computed. */
  public enum Pass {
    FORWARD,
    INPUT_GRADIENT,
    KERNEL_GRADIENT
  }

  /** The plan for a pass in double, or in float. */
  public static ConvolutionPlan of(Convolution c, Pass pass, boolean isDouble) {
    Object like = isDouble ? new double[0] : new float[0];
    if (suitsWinograd(c, like)) {
      return new ConvolutionPlan(c, pass, List.of(Algorithm.WINOGRAD));
    }
    TapKernels kernels = TapKernels.of(like);
    List<Algorithm> algorithms = new ArrayList<>();
    switch (pass) {
      case FORWARD -> algorithms.add(product(c.lattice(), c.filters(), kernels));
      case INPUT_GRADIENT ->
          c.phases().forEach(p -> algorithms.add(product(p.lattice(), c.channels(), kernels)));
      case KERNEL_GRADIENT ->
          algorithms.add(kernelGradient(c.lattice(), c.groups(), c.filters(), kernels));
    }
    return new ConvolutionPlan(c, pass, algorithms.stream().distinct().toList());
  }

  /** Whether the passes of a convolution in the type of this array are Winograd's. */
  static boolean suitsWinograd(Convolution c, Object array) {
    return c.winograd()
        && array instanceof float[]
        && c.d().kernel() == 1
        && c.d().in() == 1
        && c.d().before() == 0
        && c.d().out() == 1
        && isSide(c.h())
        && isSide(c.w())
        && c.byWinograd().pays();
  }

  private static boolean isSide(Dimension d) {
    return d.kernel() == 3 && d.stride() == 1 && d.dilation() == 1;
  }

  /** For a sliding product with so many rows in each group. */
  static Algorithm product(VirtualIm2col lattice, int rows, @Nullable TapKernels kernels) {
    if (kernels == null || lattice.tiles() == 0) {
      return Algorithm.POSITIONS;
    }
    if (rows <= FEW && lattice.depth() > 0) {
      return Algorithm.FLAT;
    }
    boolean worthTransposing = lattice.depth() >= DEEP && !lattice.hasCheapColumns();
    return worthTransposing && fills(kernels, rows) ? Algorithm.FILTERS : Algorithm.POSITIONS;
  }

  /** For the gradient of so many kernels in each group. */
  static Algorithm kernelGradient(
      VirtualIm2col lattice, int groups, int filters, @Nullable TapKernels kernels) {
    if (kernels == null || lattice.isPlain()) {
      return Algorithm.FILTERS;
    }
    if (fills(kernels, lattice.channels())) {
      return Algorithm.CHANNELS;
    }
    return fills(kernels, groups) && filters <= FEW ? Algorithm.GROUPS : Algorithm.FILTERS;
  }

  /** Whether at least three quarters of the vectors are filled by so many. */
  private static boolean fills(TapKernels kernels, int n) {
    return 4 * n >= 3 * kernels.filled(n);
  }

  /** The pass, the convolution and the algorithms in words. */
  @Override
  public String toString() {
    return "%s of %s: %s"
        .formatted(
            pass.name().toLowerCase(Locale.ROOT).replace('_', ' '),
            convolution,
            algorithms.stream().map(Algorithm::toString).collect(Collectors.joining("; ")));
  }
}
