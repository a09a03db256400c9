package gradus.nn;

import gradus.AutogradException;
import gradus.DTypeException;
import gradus.ShapeException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where in a network an exception was thrown. It travels with the exception as a suppressed one and
 * gathers the layers whose calls that ends, from the inside outwards. At the outermost call an
 * exception of Gradus is replaced by one that says the path in front of its message; every other
 * one stays itself, and its stack trace ends with the path.
 */
final class CallPath extends Exception {
  private static final long serialVersionUID = 1;
  private static final StackWalker WALKER = StackWalker.getInstance();

  private final transient List<Parameterized> layers = new ArrayList<>();
  private String place = "";

  private CallPath() {
    super(null, null, false, false);
  }

  /**
   * To be thrown on by the call of a layer that an exception has ended.
   *
   * @return the exception, or the one in its place
   */
  static RuntimeException through(Parameterized layer, RuntimeException e) {
    boolean outermost = isOutermost();
    CallPath path = of(e);
    if (path == null) {
      if (outermost) {
        return e; // the caller knows which layer it has called
      }
      path = new CallPath();
      e.addSuppressed(path);
    }
    path.layers.add(layer);
    return outermost ? path.finish(e) : e;
  }

  /** Whether the call that asks is within no other. */
  private static boolean isOutermost() {
    return WALKER.walk(frames -> frames.filter(CallPath::isCall).limit(2).count() == 1);
  }

  private static boolean isCall(StackWalker.StackFrame frame) {
    return frame.getMethodName().equals("call")
        && frame.getClassName().equals(Layers.class.getName());
  }

  private static @Nullable CallPath of(RuntimeException e) {
    for (Throwable suppressed : e.getSuppressed()) {
      if (suppressed instanceof CallPath path) {
        return path;
      }
    }
    return null;
  }

  /** Forgets the layers, for an exception may be kept for long. */
  private RuntimeException finish(RuntimeException e) {
    place = getMessage();
    layers.clear();
    String message = place + ": " + e.getMessage();
    return switch (e) {
      case ShapeException _ -> replaced(e, new ShapeException(message));
      case DTypeException _ -> replaced(e, new DTypeException(message));
      case AutogradException _ -> replaced(e, new AutogradException(message));
      case LayerException _ -> replaced(e, new LayerException(message));
      default -> e;
    };
  }

  private static RuntimeException replaced(RuntimeException old, RuntimeException e) {
    e.setStackTrace(old.getStackTrace());
    if (old.getCause() != null) {
      e.initCause(old.getCause());
    }
    for (Throwable suppressed : old.getSuppressed()) {
      if (!(suppressed instanceof CallPath)) {
        e.addSuppressed(suppressed);
      }
    }
    return e;
  }

  @Override
  public String getMessage() {
    if (layers.isEmpty()) {
      return place;
    }
    Parameterized outer = layers.getLast();
    String path = "";
    for (Parameterized inner : layers.reversed().subList(1, layers.size())) {
      String name = Structure.names(outer).getOrDefault(inner, Description.name(inner));
      path = Structure.join(path, name);
      outer = inner;
    }
    String innermost = Description.name(layers.getFirst());
    String where = path.isEmpty() ? innermost : "%s (%s)".formatted(path, innermost);
    String root = Description.name(layers.getLast());
    return layers.size() == 1 ? "in " + root : "in %s of %s".formatted(where, root);
  }
}
