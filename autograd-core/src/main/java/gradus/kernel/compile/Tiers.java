package gradus.kernel.compile;

import gradus.kernel.vector.VectorWidth;

/**
 * How kernels rise, by the system property {@code gradus.tier}.
 *
 * @param forcedBits a width for vectors; 0 for that of {@link VectorWidth}
 */
record Tiers(Mode mode, int forcedBits) {
  enum Mode {
    /** They never do. */
    SCALAR,
    /** At once, compiled or not. */
    SIMD,
    /** When they have earned it and the compiler is done. */
    AUTO
  }

  static final Tiers ACTIVE = new Tiers(asked(), 0);

  private static Mode asked() {
    return switch (System.getProperty("gradus.tier", "auto")) {
      case "scalar" -> Mode.SCALAR;
      case "simd" -> Mode.SIMD;
      default -> Mode.AUTO;
    };
  }

  /**
   * The width of vectors, 0 where there are none. The first call loads the incubator module, which
   * takes tens of milliseconds: not for the thread that somebody waits for.
   */
  int bits() {
    return forcedBits != 0 ? forcedBits : VectorWidth.BITS;
  }
}
