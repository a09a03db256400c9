package gradus.nn;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A call of a layer under way on a thread, kept while anything watches: it knows its path. */
final class Call {
  private static final ThreadLocal<@Nullable Call> CURRENT = new ThreadLocal<>();

  private final Parameterized layer;
  private final @Nullable Call outer;
  private @Nullable String path;
  private @Nullable Map<Parameterized, String> names;

  private Call(Parameterized layer, @Nullable Call outer) {
    this.layer = layer;
    this.outer = outer;
  }

  /** The innermost call of this thread. */
  static @Nullable Call current() {
    return CURRENT.get();
  }

  static Call begin(Parameterized layer) {
    var call = new Call(layer, CURRENT.get());
    CURRENT.set(call);
    return call;
  }

  void end() {
    if (outer == null) {
      CURRENT.remove();
    } else {
      CURRENT.set(outer);
    }
  }

  /** The path of fields from the outermost layer. */
  String path() {
    if (path == null) {
      path = outer == null ? "" : Structure.join(outer.path(), outer.name(layer));
    }
    return path;
  }

  private String name(Parameterized part) {
    if (names == null) {
      names = Structure.names(layer);
    }
    return names.getOrDefault(part, Description.name(part));
  }
}
