package gradus.op;

import gradus.Tensor;
import gradus.tape.Node;
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
  void composed(Op op) {
    seen.add("composition of " + key(op));
  }

  /** The recorded applications behind a tensor, itself first. */
  static List<Node.Operation> operations(Tensor made) {
    var found = new ArrayList<Node.Operation>();
    Set<Node> visited = Collections.newSetFromMap(new IdentityHashMap<>());
    var stack = new ArrayDeque<Node>();
    Node root = made.node();
    if (root != null) {
      stack.push(root);
    }
    while (!stack.isEmpty()) {
      if (stack.pop() instanceof Node.Operation node && visited.add(node)) {
        found.add(node);
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

  /** Operators of the main tree that were not noted. */
  Set<String> missing() throws Exception {
    Set<String> all = new TreeSet<>();
    for (Class<?> c : classes()) {
      boolean concrete = !c.isInterface() && !Modifier.isAbstract(c.getModifiers());
      if (Op.class.isAssignableFrom(c) && concrete && c != Formula.class) {
        all.add(key(c));
        if (Fused.class.isAssignableFrom(c)) {
          all.add("composition of " + key(c));
        }
      }
      for (var field : c.getDeclaredFields()) {
        boolean operator = field.getType() == Formula.class || field.getType() == Update.class;
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

  /** All classes below gradus.op, wherever the build put them. */
  private static List<Class<?>> classes() throws IOException, ReflectiveOperationException {
    Path root =
        Path.of(URI.create(Op.class.getProtectionDomain().getCodeSource().getLocation().toString()));
    var classes = new ArrayList<Class<?>>();
    try (Stream<Path> files = Files.walk(root.resolve("gradus/op"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".class")).toList()) {
        String name = root.relativize(file).toString().replace(file.getFileSystem().getSeparator(), ".");
        if (!name.endsWith("-info.class")) {
          classes.add(Class.forName(name.substring(0, name.length() - ".class".length())));
        }
      }
    }
    return classes;
  }

  private static String key(Object operator) {
    return switch (operator) {
      case Formula f -> f.toString(); // settings do not show: one key for every exponent
      case Update u -> "update " + System.identityHashCode(u);
      case Class<?> c -> c.getName();
      default -> operator.getClass().getName();
    };
  }
}
