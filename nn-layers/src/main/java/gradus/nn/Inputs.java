package gradus.nn;

import gradus.Tensor;
import org.jspecify.annotations.Nullable;

/** What a layer was called with, in the order of the parameters of its {@code call}. */
public final class Inputs {
  private final @Nullable Object[] values;

  Inputs(@Nullable Object... values) {
    this.values = values;
  }

  public int size() {
    return values.length;
  }

  /**
   * An input, as what the caller takes it for: {@code Tensor x = in.get(0)}. Null where the layer
   * was called with null.
   *
   * @throws ClassCastException if it is something else
   */
  @SuppressWarnings({"unchecked", "NullAway"}) // the caller says which type, and whether null
  public <T extends @Nullable Object> T get(int index) {
    return (T) values[index];
  }

  /**
   * The same inputs but for one.
   *
   * @throws LayerException if a tensor is replaced by something else, or anything else by an object
   *     of another class
   */
  public Inputs with(int index, @Nullable Object value) {
    @Nullable Object old = values[index];
    if (old != null && value != null) {
      requireKind("input " + index, old, value);
    }
    @Nullable Object[] changed = values.clone();
    changed[index] = value;
    return new Inputs(changed);
  }

  /** Refuses a value in the place of another that its reader would not take. */
  static void requireKind(String what, Object old, Object value) {
    boolean fits =
        old instanceof Tensor ? value instanceof Tensor : value.getClass() == old.getClass();
    if (!fits) {
      throw new LayerException(
          "%s is a %s and cannot be replaced by a %s"
              .formatted(
                  what,
                  old instanceof Tensor ? "Tensor" : old.getClass().getSimpleName(),
                  value.getClass().getSimpleName()));
    }
  }
}
