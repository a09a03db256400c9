package gradus.kernel.vector;

import java.lang.System.Logger.Level;

/**
 * The vector width in bits that kernels are made for: the platform's preferred one, or the system
 * property {@code gradus.vector.bits} (0 for no vectors at all). Reads the incubator module by
 * reflection, since it may be absent; then one line in the log of {@code gradus} says so.
 */
public final class VectorWidth {
  public static final int BITS = bits();

  private VectorWidth() {}

  private static int bits() {
    Module vectors = ModuleLayer.boot().findModule("jdk.incubator.vector").orElse(null);
    if (vectors == null) {
      System.getLogger("gradus")
          .log(
              Level.INFO,
              "scalar tier: the module jdk.incubator.vector is absent, so kernels run without"
                  + " vectors, several times slower; java --add-modules jdk.incubator.vector"
                  + " brings it");
      return 0;
    }
    Module own = VectorWidth.class.getModule();
    if (!own.canRead(vectors)) {
      own.addReads(vectors);
    }
    Integer asked = Integer.getInteger("gradus.vector.bits");
    int bits = asked != null ? asked : preferred(vectors);
    return bits >= 128 ? Math.min(512, Integer.highestOneBit(bits)) : 0;
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
