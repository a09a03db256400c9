package gradus.kernel.code;

import gradus.kernel.threads.SystemProperties;
import java.lang.System.Logger.Level;
import java.util.Locale;

/**
 * Which form kernels run in: how wide vectors are, and when elementwise loops come to use them.
 *
 * @param forcedBits a width for vectors; 0 for that of the platform
 */
public record VectorForm(Mode mode, int forcedBits) {
  /** How elementwise loops rise to vectors. */
  public enum Mode {
    /** They never do, and no other kernel does. */
    SCALAR,
    /** At once, compiled or not. */
    SIMD,
    /** When they have earned it and the compiler is done. */
    AUTO
  }

  /** That of this process, as the system properties say. */
  public static final VectorForm PLATFORM =
      new VectorForm(Mode.valueOf(SystemProperties.tier().toUpperCase(Locale.ROOT)), 0);

  static final boolean AARCH64 = System.getProperty("os.arch", "").equals("aarch64");

  /**
   * The width of vectors, 0 where there are none. The first call takes tens of milliseconds: not
   * for the thread that somebody waits for.
   */
  public int bits() {
    return forcedBits != 0 ? forcedBits : Platform.BITS;
  }

  /** The width of vectors, or why there are none, for people to read. */
  public String describe() {
    int bits = bits();
    return bits == 0
        ? "none: %s; everything runs in scalar loops".formatted(Platform.REASON)
        : "%d bits: %d float32 or %d float64 lanes".formatted(bits, bits / 32, bits / 64);
  }

  /** The name of the mode. */
  public String tier() {
    return mode.name().toLowerCase(Locale.ROOT);
  }

  /**
   * What this machine has, decided once; the log says it only where vectors are missed by accident,
   * since its first line takes some 50 ms. The incubator module may be absent: hence reflection.
   */
  private static final class Platform {
    static final int BITS;
    static final String REASON;

    static {
      Module vectors = ModuleLayer.boot().findModule("jdk.incubator.vector").orElse(null);
      if (vectors == null) {
        BITS = 0;
        REASON = "the module jdk.incubator.vector is absent";
        System.getLogger("gradus")
            .log(
                Level.INFO,
                "scalar tier: the module jdk.incubator.vector is absent, so kernels run without"
                    + " vectors, several times slower; java --add-modules jdk.incubator.vector"
                    + " brings it");
      } else if (PLATFORM.mode == Mode.SCALAR) {
        BITS = 0;
        REASON = "-Dgradus.tier=scalar";
      } else {
        Module own = VectorForm.class.getModule();
        if (!own.canRead(vectors)) {
          own.addReads(vectors);
        }
        int bits = SystemProperties.vectorBits(() -> preferred(vectors));
        BITS = bits >= 128 ? Math.min(512, Integer.highestOneBit(bits)) : 0;
        REASON = "-Dgradus.vector.bits=0, or a processor without them";
      }
    }

    private static int preferred(Module vectors) {
      try {
        Class<?> shape = Class.forName(vectors, "jdk.incubator.vector.VectorShape");
        Object preferred = shape.getMethod("preferredShape").invoke(null);
        return (int) shape.getMethod("vectorBitSize").invoke(preferred);
      } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
        return 0;
      }
    }
  }
}
