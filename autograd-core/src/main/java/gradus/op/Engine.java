package gradus.op;

import gradus.Gradus;
import gradus.kernel.compile.ElementwiseKernel;
import gradus.kernel.vector.VectorWidth;

/** What the operators run on. */
public final class Engine {
  private Engine() {}

  /** The width of vectors and the tiers that are active, a line each. */
  public static String describe() {
    int bits = VectorWidth.BITS;
    String vectors =
        bits == 0
            ? "none: the module jdk.incubator.vector is absent; everything runs in scalar loops"
            : "%d bits: %d float32 or %d float64 lanes".formatted(bits, bits / 32, bits / 64);
    return """
        vectors   %s
        kernels   %s
        fusion    %s
        winograd  %s"""
        .formatted(
            vectors,
            ElementwiseKernel.describe(),
            Fusion.describe(),
            Gradus.winograd()
                ? "on for float32 convolutions of many 3x3 kernels with stride 1"
                : "off");
  }
}
