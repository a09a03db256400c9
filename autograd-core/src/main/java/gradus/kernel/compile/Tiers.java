package gradus.kernel.compile;

import gradus.kernel.gemm.VectorWidth;

/**
 * How kernels rise: system property {@code gradus.tier} is {@code scalar} (they never do), {@code
 * simd} (at once, compiled or not) or {@code auto}; the width is {@link VectorWidth}'s.
 *
 * @param bits the width of vectors, 0 where there are none
 */
record Tiers(Mode mode, int bits) {
  enum Mode {
    SCALAR,
    SIMD,
    AUTO
  }

  static final Tiers ACTIVE = new Tiers(asked(), VectorWidth.BITS);

  private static Mode asked() {
    return switch (System.getProperty("gradus.tier", "auto")) {
      case "scalar" -> Mode.SCALAR;
      case "simd" -> Mode.SIMD;
      default -> Mode.AUTO;
    };
  }

  boolean vectors() {
    return mode != Mode.SCALAR && bits > 0;
  }
}
