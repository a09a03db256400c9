package gradus.kernel.threads;

import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;
import java.util.function.IntSupplier;

/**
 * The system properties of the engine, given as {@code java -Dname=value}. Each is read once, when
 * it is first needed. A value that is not understood is reported in the log of {@code gradus}, and
 * the default holds.
 *
 * <ul>
 *   <li>{@code gradus.threads} (the processors): threads on which one operator may run, the
 *       caller's included; {@code Gradus.threads} changes it
 *   <li>{@code gradus.fusion} (true): whether chains of elementwise operators run as one pass;
 *       {@code Gradus.fusion} changes it
 *   <li>{@code gradus.fusion.elements} (16384): the least elements of a result that is fused
 *   <li>{@code gradus.winograd} (true): whether convolutions may run by Winograd's algorithm;
 *       {@code Gradus.winograd} changes it
 *   <li>{@code gradus.vector.bits} (as the platform prefers): the width of vectors: 128, 256 or
 *       512, and 0 for none
 *   <li>{@code gradus.tier} (auto): {@code auto}: kernels use vectors once these are compiled;
 *       {@code scalar}: never; {@code simd}: elementwise loops use them at once, for tests
 *   <li>{@code gradus.warmup.yield} (true): whether jobs leave two processors to the compiler while
 *       kernels are made
 *   <li>{@code gradus.empty.fill} (false): whether memory that an operator is to overwrite is full
 *       of NaN, for tests
 * </ul>
 *
 * <p>The module of datasets has another, {@code gradus.data}: the folder for downloads.
 */
public final class SystemProperties {
  private SystemProperties() {}

  public static int threads() {
    int processors = Runtime.getRuntime().availableProcessors();
    return number("gradus.threads", () -> processors, n -> n >= 1, "a number of at least 1");
  }

  public static boolean fusion() {
    return flag("gradus.fusion", true);
  }

  public static int fusionElements() {
    return number("gradus.fusion.elements", () -> 1 << 14, n -> true, "a number");
  }

  public static boolean winograd() {
    return flag("gradus.winograd", true);
  }

  /**
   * The width of vectors.
   *
   * @param preferred asked if the property is not set
   */
  public static int vectorBits(IntSupplier preferred) {
    return number(
        "gradus.vector.bits",
        preferred,
        n -> n == 0 || n == 128 || n == 256 || n == 512,
        "0, 128, 256 or 512");
  }

  /** One of {@code auto, scalar, simd}. */
  public static String tier() {
    return word("gradus.tier", List.of("auto", "scalar", "simd"));
  }

  public static boolean yielding() {
    return flag("gradus.warmup.yield", true);
  }

  public static boolean fillEmpty() {
    return flag("gradus.empty.fill", false);
  }

  private static boolean flag(String name, boolean normal) {
    return Boolean.parseBoolean(word(name, List.of("" + normal, "" + !normal)));
  }

  /** One of some words, the first by default. */
  private static String word(String name, List<String> expected) {
    String value = System.getProperty(name, expected.getFirst());
    String word = value.strip().toLowerCase(Locale.ROOT);
    if (expected.contains(word)) {
      return word;
    }
    report(name, value, String.join(" or ", expected));
    return expected.getFirst();
  }

  private static int number(String name, IntSupplier normal, IntPredicate valid, String expected) {
    String value = System.getProperty(name);
    if (value != null) {
      try {
        int number = Integer.parseInt(value.strip());
        if (valid.test(number)) {
          return number;
        }
      } catch (NumberFormatException e) {
        // reported below
      }
      report(name, value, expected);
    }
    return normal.getAsInt();
  }

  private static void report(String name, String value, String expected) {
    String message = "-D%s=%s: expected %s; the default holds".formatted(name, value, expected);
    System.getLogger("gradus").log(Level.WARNING, message);
  }
}
