package gradus.nn;

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
 * What the fields below a root hold: one walk, one switch. Tensors and layers are listed under
 * every path that leads to them; a path that comes back to itself ends.
 */
final class Structure {
  /** A tensor or a Parameterized, and the path to it. */
  record Part(String name, Object value) {}

  private final List<Part> parts = new ArrayList<>();
  private final List<Part> captured = new ArrayList<>();
  private final Set<Object> path = identitySet();
  private final boolean deep;

  private Structure(boolean deep) {
    this.deep = deep;
  }

  /** The whole tree below a root. */
  static Structure of(Parameterized root) {
    var structure = new Structure(true);
    structure.fields("", root);
    structure.refuseHidden();
    return structure;
  }

  /** The tensors and layers of the root itself, but not those of its children. */
  static Structure shallow(Parameterized root) {
    var structure = new Structure(false);
    structure.fields("", root);
    return structure;
  }

  /** The layers below a root by their first names, as far as the structure can be read. */
  static Map<Parameterized, String> names(Parameterized root) {
    var structure = new Structure(true);
    try {
      structure.fields("", root);
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

  private void visit(String name, @Nullable Object value) {
    switch (value) {
      case null -> {}
      case Tensor tensor -> parts.add(new Part(name, tensor));
      case Parameterized layer -> {
        if (!path.contains(layer)) {
          parts.add(new Part(name, layer));
          if (deep) {
            fields(name, layer);
          }
        }
      }
      case Optional<?> optional -> visit(name, optional.orElse(null));
      case Map<?, ?> map -> map(name, map);
      case Collection<?> collection -> collection(name, collection);
      case Object[] array -> collection(name, Arrays.asList(array));
      case Op _ -> {} // its components are settings
      case Record record -> fields(name, record);
      default -> other(name, value);
    }
  }

  private void fields(String name, Object owner) {
    if (owner.getClass().isHidden()) {
      captures(name, owner);
    } else if (path.add(owner)) {
      for (Fields.Slot slot : Fields.of(owner.getClass())) {
        visit(join(name, slot.name()), slot.in(owner));
      }
      path.remove(owner);
    }
  }

  /** Maps without an order of their own are taken by key, so that every run sees the same order. */
  private void map(String name, Map<?, ?> map) {
    if (!path.add(map)) {
      return;
    }
    Map<String, @Nullable Object> named =
        map instanceof SequencedMap ? new LinkedHashMap<>() : new TreeMap<>();
    map.forEach((key, value) -> named.put(String.valueOf(key), value));
    named.forEach((key, value) -> visit(join(name, key), value));
    path.remove(map);
  }

  private void collection(String name, Collection<?> collection) {
    if (!path.add(collection)) {
      return;
    }
    int before = parts.size();
    int i = 0;
    for (Object element : collection) {
      visit(join(name, String.valueOf(i++)), element);
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
    var inside = new Structure(true);
    inside.path.addAll(path);
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
        inside.visit(name, new Fields.Slot(name, field).in(function));
      }
    }
    path.remove(function);
    captured.addAll(inside.captured);
    for (Part part : inside.parts) {
      if (part.value instanceof Tensor) {
        captured.add(new Part(name, part.value));
      }
    }
  }

  private void refuseHidden() {
    Set<Object> found = identitySet();
    parts.forEach(part -> found.add(part.value));
    for (Part part : captured) {
      if (!found.contains(part.value)) {
        throw new LayerException(
            ("%s is a lambda or method reference that captures a %s %s, which would be neither"
                    + " trained nor saved. Pass the layer itself, or write a record with it as"
                    + " component")
                .formatted(
                    part.name.isEmpty() ? "this" : part.name,
                    part.value.getClass().getSimpleName(),
                    ((Tensor) part.value).shape()));
      }
    }
  }

  static String join(String path, String name) {
    return path.isEmpty() || name.isEmpty() ? path + name : path + "." + name;
  }

  private static Set<Object> identitySet() {
    return Collections.newSetFromMap(new IdentityHashMap<>());
  }
}
