package gradus.nn;

import java.util.List;
import java.util.function.Consumer;

/**
 * The settings of a layer as a value: equal if all settings are equal, and changed only in copies.
 *
 * @param <O> the class itself
 */
abstract class LayerOptions<O extends LayerOptions<O>> implements Cloneable {

  /** All settings, in the order of the fields. */
  abstract List<Object> values();

  /**
   * The settings as a layer prints them: those that differ from the defaults.
   */
  abstract String brief();

  /**
   * Refuses settings that do not fit together.
   *
   * @throws IllegalArgumentException if they do not
   */
  abstract void check();

  /** A copy that differs in what {@code change} assigns. */
  @SuppressWarnings("unchecked") // O is the class itself
  final O with(Consumer<O> change) {
    try {
      O copy = (O) clone();
      change.accept(copy);
      copy.check();
      return copy;
    } catch (CloneNotSupportedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public final boolean equals(Object other) {
    return other != null
        && other.getClass() == getClass()
        && ((LayerOptions<?>) other).values().equals(values());
  }

  @Override
  public final int hashCode() {
    return values().hashCode();
  }

  @Override
  public final String toString() {
    return "Options(" + brief() + ")";
  }
}
