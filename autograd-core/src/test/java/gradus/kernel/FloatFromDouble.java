package gradus.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Makes the loops for float from those for double, in which every double becomes a float but for
 * these: a variable named in {@link #sources}, and what follows an {@code =} or {@code ->} in
 * parentheses that are no cast, which is computed in double and rounded.
 *
 * <p>After a change of one of the doubles, run {@link #main} in this module's folder and format;
 * {@link FloatFromDoubleTest} compares.
 */
final class FloatFromDouble {
  /**
   * A class for double.
   *
   * @param wide variables that are double in the class for float, too
   */
  record Source(Path path, List<String> wide) {
    private static Source of(String name, String... wide) {
      return new Source(Path.of("src/main/java/gradus/kernel", name + ".java"), List.of(wide));
    }

    Path target() {
      return path.resolveSibling(path.getFileName().toString().replace("Double", "Float"));
    }
  }

  private static final List<Source> SOURCES =
      List.of(
          Source.of("gemm/DoubleGemmLoops"),
          Source.of("pool/DoublePool", "sums", "sum"),
          Source.of("reduce/DoublePairwiseTree"));

  private FloatFromDouble() {}

  static List<Source> sources() {
    return SOURCES;
  }

  /** The class for float. */
  static String make(Source source) throws IOException {
    String text = Files.readString(source.path());
    for (String name : source.wide()) {
      text = text.replaceAll("double(\\[])? " + name + "\\b( = new )double", "#$1 " + name + "$2#");
      text = text.replaceAll("double(\\[])? " + name + "\\b", "#$1 " + name);
    }
    text =
        text.replaceAll("\\bdouble\\b", "float")
            .replaceAll("\\bdoubles\\(", "floats(")
            .replaceAll("(\\d)d\\b", "$1f")
            .replaceAll("(= |-> )\\((?!\\w+(\\[])?\\))", "$1(float) (")
            .replace("isDouble() {\n    return true;", "isDouble() {\n    return false;")
            .replace("DOUBLE", "FLOAT")
            .replaceAll("\\bDouble(?=[A-Z])", "Float")
            .replace("#", "double");
    String from = source.path().getFileName().toString().replace(".java", "");
    String note = "// Made from " + from + " by FloatFromDouble, a test class: change that one.\n";
    return text.replaceFirst(Pattern.quote("/** "), note + "/** ");
  }

  /** Writes all classes for float. */
  public static void main(String... args) throws IOException {
    for (Source source : SOURCES) {
      Files.writeString(source.target(), make(source));
    }
  }
}
