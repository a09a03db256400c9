package gradus.nn;

import gradus.Parameter;
import gradus.Tensor;
import gradus.op.Op;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedCollection;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The tree of layers, parameters and buffers below a root: one walk over fields, one switch over
 * what a field may hold. Each part is listed under every path that leads to it; a path that comes
 * back to itself ends.
 */
final class Structure {
  /** A parameter, a buffer or a Parameterized, and the path to it. */
  record Part(String name, Object value) {}

  /** What a tensor is that is no Parameter, by the field that holds it. */
  private enum Role {
    /** A field without annotation: no part. */
    NONE,
    BUFFER,
    /** Captured by a function. */
    CAPTURED
  }

  /** A tensor that a function captures, and the outermost layer that it belongs to, if any. */
  private record Captured(String name, Tensor tensor, @Nullable Parameterized owner) {}

  private final List<Part> parts = new ArrayList<>();
  private final List<Captured> captured = new ArrayList<>();
  private final Set<Object> path = identitySet();
  private final boolean deep;

  private Structure(boolean deep) {
    this.deep = deep;
  }

  /** The whole tree below a root. */
  static Structure of(Parameterized root) {
    var structure = new Structure(true);
    structure.fields("", root, Role.NONE);
    structure.refuseHidden();
    return structure;
  }

  /** The tensors and layers of the root itself, but not those of its children. */
  static Structure shallow(Parameterized root) {
    var structure = new Structure(false);
    structure.fields("", root, Role.NONE);
    return structure;
  }

  /** The layers below a root by their first names, as far as the structure can be read. */
  static Map<Parameterized, String> names(Parameterized root) {
    var structure = new Structure(true);
    try {
      structure.fields("", root, Role.NONE);
    } catch (RuntimeException e) {
      // Names are for messages: what was found before has one, the rest goes by its class.
    }
    var names = new IdentityHashMap<Parameterized, String>();
    for (Part part : structure.parts) {
      if (part.value instanceof Parameterized layer) {
        names.putIfAbsent(layer, part.name);
      }
    }
    return names;
  }

  /** Every path, also several to the same part. */
  List<Part> parts() {
    return parts;
  }

  /** The parts of a kind, each once, under its first name. */
  <T> SequencedMap<String, T> once(Class<T> kind) {
    var result = new LinkedHashMap<String, T>();
    Set<Object> seen = identitySet();
    for (Part part : parts) {
      if (kind.isInstance(part.value) && seen.add(part.value)) {
        result.put(part.name, kind.cast(part.value));
      }
    }
    return result;
  }

  private void visit(String name, @Nullable Object value, Role role) {
    switch (value) {
      case null -> {}
      case Parameter parameter -> parts.add(new Part(name, parameter));
      case Tensor tensor -> tensor(name, tensor, role);
      case Parameterized layer -> {
        if (!path.contains(layer)) {
          parts.add(new Part(name, layer));
          if (deep) {
            fields(name, layer, Role.NONE);
          }
        }
      }
      case Optional<?> optional -> visit(name, optional.orElse(null), role);
      case Map<?, ?> map -> map(name, map, role);
      case Collection<?> collection -> collection(name, collection, role);
      case Object[] array -> collection(name, Arrays.asList(array), role);
      case Op _ -> {} // its components are settings
      case Record record -> fields(name, record, role);
      default -> other(name, value);
    }
  }

  /**
   * Tensors are what their fields say.
   *
   * @throws LayerException if one cannot be that
   */
  private void tensor(String name, Tensor tensor, Role role) {
    boolean recorded = !tensor.isLeaf();
    if (role == Role.BUFFER && recorded) {
      throw new LayerException(
          ("%s is a @Buffer and holds a result %s with its history, which is no state: assign its"
                  + " detach(), or compute it under Autograd.noGrad()")
              .formatted(name, tensor.shape()));
    }
    if (role != Role.CAPTURED && tensor.requiresGrad() && !recorded) {
      throw new LayerException(
          ("%s is a tensor %s that requires a gradient but is no Parameter, so that no optimizer"
                  + " would find it. To learn it, declare a field `Parameter` and assign new"
                  + " Parameter(...); if the layer only keeps it, make the field transient")
              .formatted(name, tensor.shape()));
    }
    if (role == Role.BUFFER) {
      parts.add(new Part(name, tensor));
    } else if (role == Role.CAPTURED) {
      captured.add(new Captured(name, tensor, null));
    }
  }

  /** The parts in the fields of an owner; a field's annotation goes before the role given. */
  private void fields(String name, Object owner, Role role) {
    if (owner.getClass().isHidden()) {
      captures(name, owner);
    } else if (path.add(owner)) {
      for (Fields.Slot slot : Fields.of(owner.getClass())) {
        Role own = slot.buffer() ? Role.BUFFER : role;
        visit(join(name, slot.name()), slot.in(owner), own);
      }
      path.remove(owner);
    }
  }

  /** Maps without an order of their own are taken by key, so that every run sees the same order. */
  private void map(String name, Map<?, ?> map, Role role) {
    if (!path.add(map)) {
      return;
    }
    Map<String, @Nullable Object> named =
        map instanceof SequencedMap ? new LinkedHashMap<>() : new TreeMap<>();
    map.forEach((key, value) -> named.put(String.valueOf(key), value));
    named.forEach((key, value) -> visit(join(name, key), value, role));
    path.remove(map);
  }

  private void collection(String name, Collection<?> collection, Role role) {
    if (!path.add(collection)) {
      return;
    }
    int before = parts.size();
    int i = 0;
    for (Object element : collection) {
      visit(join(name, String.valueOf(i++)), element, role);
    }
    path.remove(collection);
    if (parts.size() > before && !(collection instanceof SequencedCollection)) {
      throw new LayerException(
          "%s holds layers in a %s, which has no order to name them by; use a List"
              .formatted(name, collection.getClass().getSimpleName()));
    }
  }

  private void other(String name, Object value) {
    Class<?> type = value.getClass();
    if (type.isHidden()) {
      captures(name, value);
      return;
    }
    Field part = Fields.hiddenPart(type);
    if (part != null) {
      throw new LayerException(
          ("%s is a %s, which holds a %s in %s but is no layer, so that it would not be found. Let"
                  + " it implement Parameterized, or make the field transient to leave it out")
              .formatted(
                  name, type.getSimpleName(), part.getType().getSimpleName(), part.getName()));
    }
  }

  // --- functions ---

  /** Notes what a lambda or method reference holds: it must be found elsewhere in the tree. */
  private void captures(String name, Object function) {
    if (!path.add(function)) {
      return;
    }
    for (Field field : function.getClass().getDeclaredFields()) {
      if (Modifier.isStatic(field.getModifiers()) || !Fields.mayHold(field.getType())) {
        continue;
      }
      // A function that only captures its owner hides nothing, wherever it comes from.
      Class<?> type = field.getType();
      boolean owner = !type.isInterface() && type != Object.class;
      if (!owner || path.stream().noneMatch(type::isInstance)) {
        Fields.open(field);
      }
      if (field.trySetAccessible()) {
        captured(name, new Fields.Slot(name, field).in(function));
      }
    }
    path.remove(function);
  }

  /** Notes the tensors of one value that a function captures. */
  private void captured(String name, @Nullable Object value) {
    var inside = new Structure(true);
    inside.path.addAll(path);
    inside.visit(name, value, Role.CAPTURED);
    Parameterized layer = null;
    captured.addAll(inside.captured);
    for (Part part : inside.parts) {
      if (part.value instanceof Parameterized p) {
        layer = layer == null ? p : layer;
      } else if (part.value instanceof Tensor tensor) {
        captured.add(new Captured(name, tensor, layer));
      }
    }
  }

  private void refuseHidden() {
    Set<Object> found = identitySet();
    parts.forEach(part -> found.add(part.value));
    for (Captured c : captured) {
      if (!found.contains(c.tensor)) {
        throw new LayerException(
            ("%s is a lambda or method reference that captures %s, which would be neither trained"
                    + " nor saved. %s")
                .formatted(c.name.isEmpty() ? "this" : c.name, what(c), cure(c.owner)));
      }
    }
  }

  private static String what(Captured c) {
    return c.owner == null
        ? "a %s %s".formatted(c.tensor.getClass().getSimpleName(), c.tensor.shape())
        : Description.brief(c.owner);
  }

  private static String cure(@Nullable Parameterized captured) {
    if (captured instanceof Layer) {
      return "Pass the layer itself, or write a record with it as component";
    }
    String type = captured == null ? "Parameter" : Description.name(captured);
    return "Write a record with it as component: record Own(%s part) implements Layer { ... }"
        .formatted(type);
  }

  static String join(String path, String name) {
    return path.isEmpty() || name.isEmpty() ? path + name : path + "." + name;
  }

  private static Set<Object> identitySet() {
    return Collections.newSetFromMap(new IdentityHashMap<>());
  }
}
