package gradus.op;

import gradus.Gradus;
import gradus.kernel.code.VectorForm;
import gradus.kernel.compile.ElementwiseKernel;

/** What the operators run on. */
public final class Engine {
  private Engine() {}

  /** The width of vectors and the tiers that are active, a line each. */
  public static String describe() {
    return """
        vectors   %s
        kernels   %s
        fusion    %s
        winograd  %s"""
        .formatted(
            VectorForm.PLATFORM.describe(),
            ElementwiseKernel.describe(),
            Fusion.describe(),
            Gradus.winograd()
                ? "on for float32 convolutions of many 3x3 kernels with stride 1"
                : "off");
  }
}
