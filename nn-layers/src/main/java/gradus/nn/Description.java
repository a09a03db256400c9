package gradus.nn;

import gradus.Tensor;
import java.lang.reflect.Field;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;

/** The text of a tree of layers. */
final class Description {
  private Description() {}

  static String of(Parameterized layer) {
    var text = new StringBuilder();
    write(layer, "", text);
    return text.toString();
  }

  private static void write(Parameterized layer, String indent, StringBuilder text) {
    Map<String, Parameterized> children = layer.children();
    if (children.isEmpty()) {
      text.append(brief(layer));
      return;
    }
    text.append(name(layer)).append('(');
    String settings = layer.settings();
    if (!settings.isEmpty()) {
      text.append("\n  ").append(indent).append(settings);
    }
    for (var child : children.entrySet()) {
      text.append("\n  ").append(indent).append('(').append(child.getKey()).append("): ");
      write(child.getValue(), indent + "  ", text);
    }
    text.append('\n').append(indent).append(')');
  }

  /** A layer in one line, without the layers in it. */
  static String brief(Parameterized layer) {
    return "%s(%s)".formatted(name(layer), layer.settings());
  }

  /** The name of its kind. */
  static String name(Parameterized layer) {
    Class<?> type = layer.getClass();
    if (type.isHidden()) {
      return "function";
    }
    return type.isAnonymousClass() ? "Layer" : type.getSimpleName();
  }

  /**
   * The shapes of the parameters and buffers that a layer holds itself, and its fields of simple
   * types, as in {@code weight=[3], by=0.5}.
   */
  static String settings(Parameterized layer) {
    if (layer.getClass().isHidden()) {
      return ""; // a function has no fields of its own
    }
    var text = new StringJoiner(", ");
    var tensors = new LinkedHashMap<>(Structure.shallow(layer).once(Tensor.class));
    tensors.forEach((name, tensor) -> text.add(name + "=" + tensor.shape()));
    for (Field field : Fields.settings(layer.getClass())) {
      Object value = new Fields.Slot(field.getName(), field).in(layer);
      if (value != null) {
        text.add(field.getName() + "=" + value);
      }
    }
    return text.toString();
  }
}
