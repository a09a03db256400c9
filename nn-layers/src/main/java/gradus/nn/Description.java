package gradus.nn;

import java.util.Map;

/** The text of a tree of layers. */
final class Description {
  private Description() {}

  static String of(Parameterized layer) {
    var text = new StringBuilder();
    write(layer, "", text);
    return text.toString();
  }

  private static void write(Parameterized layer, String indent, StringBuilder text) {
    text.append(name(layer)).append('(').append(layer.settings());
    Map<String, Parameterized> children = layer.children();
    for (var child : children.entrySet()) {
      text.append("\n  ").append(indent).append('(').append(child.getKey()).append("): ");
      write(child.getValue(), indent + "  ", text);
    }
    text.append(children.isEmpty() ? ")" : "\n" + indent + ")");
  }

  /** The name of its kind. */
  static String name(Parameterized layer) {
    Class<?> type = layer.getClass();
    if (type.isHidden()) {
      return "function";
    }
    return type.isAnonymousClass() ? "Layer" : type.getSimpleName();
  }
}
