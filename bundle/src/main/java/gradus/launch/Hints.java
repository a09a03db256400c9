package gradus.launch;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.Diagnostic;

/** What to write instead of a name that javac does not find: PyTorch's names in Java's spelling. */
final class Hints {
  private static final Pattern UNKNOWN =
      Pattern.compile("symbol: +(?:method|variable|class) ([\\p{Alnum}_]+)");
  private static final Pattern AMBIGUOUS = Pattern.compile("reference to (\\w+) is ambiguous");

  /** Names that Java's spelling does not lead to. */
  private static final Map<String, String> NAMES =
      Map.ofEntries(
          Map.entry("T", "t()"),
          Map.entry("mT", "transpose()"),
          Map.entry("H", "t()"),
          Map.entry("numpy", "toArray() or toFloats()"),
          Map.entry("tolist", "toArray()"),
          Map.entry("concat", "cat"),
          Map.entry("copy", "clone"),
          Map.entry("isNan", "isnan"),
          Map.entry("ndim", "dim()"),
          Map.entry("nelement", "numel()"),
          Map.entry("type", "to(DType)"),
          Map.entry("tensor", "Tensor.of"),
          Map.entry("Module", "Layer"),
          Map.entry("Losses", "F"));

  private Hints() {}

  /** What to say below a message of javac. */
  static Optional<String> below(Diagnostic<?> error) {
    return below(error.getMessage(Locale.ROOT));
  }

  static Optional<String> below(String message) {
    Matcher ambiguous = AMBIGUOUS.matcher(message);
    if (ambiguous.find() && message.contains("gradus.")) {
      String type = ambiguous.group(1);
      Matcher ours = Pattern.compile("class (gradus\\.[\\w.]*" + type + ")").matcher(message);
      return ours.find() ? Optional.of("add import " + ours.group(1) + ";") : Optional.empty();
    }
    Matcher unknown = UNKNOWN.matcher(message);
    return unknown.find() ? instead(unknown.group(1)) : Optional.empty();
  }

  private static Optional<String> instead(String name) {
    if (NAMES.containsKey(name)) {
      return Optional.of("PyTorch's %s is %s here".formatted(name, NAMES.get(name)));
    }
    String stem = name.replaceFirst("_+$", "");
    if (!name.contains("_") || stem.isEmpty() || stem.equals(stem.toUpperCase(Locale.ROOT))) {
      return Optional.empty();
    }
    String camel =
        Pattern.compile("(?<=.)_+(.)")
            .matcher(stem)
            .replaceAll(m -> m.group(1).toUpperCase(Locale.ROOT));
    return Optional.of(
        stem.equals(name)
            ? "names are in lowerCamelCase: " + camel
            : "what changes a tensor in place ends in InPlace: " + camel + "InPlace");
  }
}
