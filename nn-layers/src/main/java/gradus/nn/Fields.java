package gradus.nn;

import gradus.Parameter;
import gradus.Tensor;
import gradus.nn.Parameterized.Buffer;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a class that may hold parts of a structure, those of its superclass first; found
 * once for each class.
 */
final class Fields {
  /**
   * A field that may hold parts.
   *
   * @param name in the structure; empty if its contents belong to the owner
   * @param buffer whether tensors in it are buffers
   */
  record Slot(String name, Field field, boolean buffer) {
    Slot(String name, Field field) {
      this(name, field, field.isAnnotationPresent(Buffer.class));
    }

    /** What the field holds. */
    @Nullable Object in(Object owner) {
      try {
        return field.get(owner);
      } catch (IllegalAccessException e) {
        throw new AssertionError(e);
      }
    }
  }

  private static final ClassValue<List<Slot>> SLOTS =
      new ClassValue<>() {
        @Override
        protected List<Slot> computeValue(Class<?> type) {
          return find(type);
        }
      };

  private Fields() {}

  /**
   * The slots of a class.
   *
   * @throws LayerException if its module does not open it
   */
  static List<Slot> of(Class<?> type) {
    return SLOTS.get(type);
  }

  private static List<Slot> find(Class<?> type) {
    var slots = new ArrayList<Slot>();
    Class<?> parent = type.getSuperclass();
    if (parent != null && !isPlatform(parent)) {
      slots.addAll(of(parent));
    }
    for (Field field : type.getDeclaredFields()) {
      String name = name(field);
      if (name != null && mayHold(field.getType())) {
        open(field);
        slots.add(new Slot(name, field));
      }
    }
    return List.copyOf(slots);
  }

  /** Null if the field is no part of the structure. */
  private static @Nullable String name(Field field) {
    int modifiers = field.getModifiers();
    if (Modifier.isStatic(modifiers) || Modifier.isTransient(modifiers)) {
      return null;
    }
    Name given = field.getAnnotation(Name.class);
    if (given != null) {
      return given.value();
    }
    if (field.isSynthetic()) {
      // Of javac's own fields a captured local variable counts, the enclosing instance does not.
      return field.getName().startsWith("val$") ? field.getName().substring(4) : null;
    }
    return field.getName();
  }

  /**
   * Makes a field readable.
   *
   * @throws LayerException if its module does not open the package
   */
  static void open(Field field) {
    if (!field.trySetAccessible()) {
      Class<?> owner = field.getDeclaringClass();
      Module reader = Fields.class.getModule();
      throw new LayerException(
          "%s is closed to Gradus: add this line to the module-info.java of module %s:%n    opens %s%s;"
              .formatted(
                  owner.isHidden()
                      ? "what a function captures"
                      : owner.getSimpleName() + "." + field.getName(),
                  owner.getModule().getName(),
                  owner.getPackageName(),
                  reader.isNamed() ? " to " + reader.getName() : ""));
    }
  }

  /** Whether a value of this static type may be or hold a part of a structure. */
  static boolean mayHold(Class<?> type) {
    if (type.isArray()) {
      return mayHold(type.getComponentType());
    }
    return !Modifier.isFinal(type.getModifiers())
        || isPart(type)
        || Record.class.isAssignableFrom(type)
        || Map.class.isAssignableFrom(type)
        || Collection.class.isAssignableFrom(type)
        || type == Optional.class
        || hiddenPart(type) != null;
  }

  private static boolean isPart(Class<?> type) {
    return Tensor.class.isAssignableFrom(type) || Parameterized.class.isAssignableFrom(type);
  }

  /**
   * A field in which a class that is no layer itself holds a layer, parameter or buffer; null if
   * none.
   */
  static @Nullable Field hiddenPart(Class<?> type) {
    for (Class<?> c = type; c != null && !isPlatform(c); c = c.getSuperclass()) {
      for (Field field : c.getDeclaredFields()) {
        Class<?> held = field.getType();
        while (held.isArray()) {
          held = held.getComponentType();
        }
        boolean part =
            Parameter.class.isAssignableFrom(held)
                || Parameterized.class.isAssignableFrom(held)
                || field.isAnnotationPresent(Buffer.class);
        if (part && name(field) != null) {
          return field;
        }
      }
    }
    return null;
  }

  // --- what is printed ---

  private static final ClassValue<List<Field>> SETTINGS =
      new ClassValue<>() {
        @Override
        protected List<Field> computeValue(Class<?> type) {
          var fields = new ArrayList<Field>();
          Class<?> parent = type.getSuperclass();
          if (parent != null && !isPlatform(parent)) {
            fields.addAll(SETTINGS.get(parent));
          }
          for (Field field : type.getDeclaredFields()) {
            if (!field.isSynthetic()
                && name(field) != null
                && isSetting(field.getType())
                && field.trySetAccessible()) {
              fields.add(field);
            }
          }
          return List.copyOf(fields);
        }
      };

  /** The fields of a class that hold numbers, truth values, words, or constants of an enum. */
  static List<Field> settings(Class<?> type) {
    return SETTINGS.get(type);
  }

  private static boolean isSetting(Class<?> type) {
    return type.isPrimitive()
        || type.isEnum()
        || type == String.class
        || type == Boolean.class
        || Number.class.isAssignableFrom(type);
  }

  private static boolean isPlatform(Class<?> type) {
    return type.getName().startsWith("java.");
  }
}
