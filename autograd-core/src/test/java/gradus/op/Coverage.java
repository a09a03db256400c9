package gradus.op;

import gradus.Tensor;
import gradus.tape.Node;
import gradus.tape.TensorAccess;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Which operators exist, and which of them were at work in a graph. */
final class Coverage {
  private final Set<String> seen = new TreeSet<>();

  /** Notes the operators that made a tensor. */
  void add(Tensor made) {
    operations(made).forEach(node -> seen.add(key(node.op())));
  }

  /** Notes a class, a formula or an update. */
  void add(Object covered) {
    seen.add(key(covered));
  }

  /** Notes that an operator was compared with its composition, if it has one. */
  void composed(Primitive op) {
    seen.add("composition of " + key(op));
  }

  /** The recorded applications behind a tensor, itself first. */
  static List<Node.Operation> operations(Tensor made) {
    var found = new ArrayList<Node.Operation>();
    Set<Node> visited = Collections.newSetFromMap(new IdentityHashMap<>());
    var stack = new ArrayDeque<Node>();
    Node root = TensorAccess.node(made);
    if (root != null) {
      stack.push(root);
    }
    while (!stack.isEmpty()) {
      Node node = stack.pop();
      if (visited.add(node)) {
        if (node instanceof Node.Operation operation) {
          found.add(operation);
        }
        for (int i = 0; i < node.arity(); i++) {
          Node input = node.input(i);
          if (input != null) {
            stack.push(input);
          }
        }
      }
    }
    return found;
  }

  /** The operators behind a tensor that have a composition. */
  static List<Primitive> composites(Tensor made) {
    return operations(made).stream()
        .<Primitive>map(Node.Operation::op)
        .filter(op -> op instanceof Composite)
        .toList();
  }

  /** Operators of the main tree that were not noted. */
  Set<String> missing() throws Exception {
    Set<String> all = new TreeSet<>();
    for (Class<?> c : classes("gradus/op")) {
      boolean concrete = !c.isInterface() && !Modifier.isAbstract(c.getModifiers());
      if (Primitive.class.isAssignableFrom(c) && concrete && c != Formula.class) {
        all.add(key(c));
        if (Composite.class.isAssignableFrom(c)) {
          all.add("composition of " + key(c));
        }
      }
      for (var field : c.getDeclaredFields()) {
        boolean operator =
            field.getType() == Formula.class || field.getType() == ElementwiseUpdate.class;
        if (operator && Modifier.isStatic(field.getModifiers())) {
          field.setAccessible(true);
          all.add(key(field.get(null)));
        }
      }
    }
    if (all.size() < 50) {
      throw new AssertionError("the search for operators is broken, it found only " + all);
    }
    all.removeAll(seen);
    return all;
  }

  /** All classes of the main tree below a folder, wherever the build put them. */
  static List<Class<?>> classes(String folder) throws IOException, ReflectiveOperationException {
    Path root =
        Path.of(
            URI.create(Op.class.getProtectionDomain().getCodeSource().getLocation().toString()));
    var classes = new ArrayList<Class<?>>();
    try (Stream<Path> files = Files.walk(root.resolve(folder))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".class")).toList()) {
        String name =
            root.relativize(file).toString().replace(file.getFileSystem().getSeparator(), ".");
        if (!name.endsWith("-info.class")) {
          String type = name.substring(0, name.length() - ".class".length());
          classes.add(Class.forName(type, false, Op.class.getClassLoader()));
        }
      }
    }
    return classes;
  }

  private static String key(Object operator) {
    return switch (operator) {
      case Formula f -> f.toString(); // settings do not show: one key for every exponent
      case ElementwiseUpdate u -> "update " + System.identityHashCode(u);
      case Class<?> c -> c.getName();
      default -> operator.getClass().getName();
    };
  }
}
