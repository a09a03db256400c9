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
 * <table>
 * <caption>Names, defaults and meanings</caption>
 * <tr><th>name</th><th>default</th><th>meaning</th></tr>
 * <tr><td>{@code gradus.threads}</td><td>the processors</td><td>threads on which one operator may
 *     run, the caller's included; {@code Gradus.threads} changes it</td></tr>
 * <tr><td>{@code gradus.fusion}</td><td>true</td><td>whether chains of elementwise operators run as
 *     one pass; {@code Gradus.fusion} changes it</td></tr>
 * <tr><td>{@code gradus.fusion.elements}</td><td>16384</td><td>the least elements of a result that
 *     is fused</td></tr>
 * <tr><td>{@code gradus.winograd}</td><td>true</td><td>whether convolutions may run by Winograd's
 *     algorithm; {@code Gradus.winograd} changes it</td></tr>
 * <tr><td>{@code gradus.vector.bits}</td><td>as the platform prefers</td><td>the width of vectors:
 *     128, 256 or 512, and 0 for none</td></tr>
 * <tr><td>{@code gradus.tier}</td><td>auto</td><td>{@code auto}: kernels use vectors once these are
 *     compiled; {@code scalar}: never; {@code simd}: elementwise loops use them at once, compiled
 *     or not, which is for tests</td></tr>
 * <tr><td>{@code gradus.warmup.yield}</td><td>true</td><td>whether jobs leave two processors to the
 *     compiler while kernels are made</td></tr>
 * <tr><td>{@code gradus.empty.fill}</td><td>false</td><td>whether memory that an operator is to
 *     overwrite is full of NaN, which is for tests</td></tr>
 * </table>
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
