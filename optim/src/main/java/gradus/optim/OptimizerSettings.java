package gradus.optim;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The settings of an optimizer for a group of parameters: an immutable value, whose {@code with...}
 * methods return a changed copy. Every optimizer has a learning rate; a subclass adds its own
 * settings, one private field each with the default beside it:
 *
 * <pre>{@code
 * public static final class Settings extends OptimizerSettings<Settings> {
 *   private double momentum = 0.9;
 *
 *   Settings() {
 *     super(1e-3);
 *   }
 *
 *   public Settings withMomentum(double momentum) {
 *     return with(s -> s.momentum = momentum);
 *   }
 *
 *   @Override
 *   public SequencedMap<String, Object> values() {
 *     var values = super.values();
 *     values.put("momentum", momentum);
 *     return values;
 *   }
 * }
 * }</pre>
 *
 * <p>An optimizer checks settings when it takes them over, all at once: the order in which they are
 * set does not matter.
 *
 * @param <O> the subclass itself
 */
public abstract class OptimizerSettings<O extends OptimizerSettings<O>> implements Cloneable {
  private double lr;

  /** The default settings, with this learning rate. */
  protected OptimizerSettings(double lr) {
    this.lr = lr;
  }

  /** The learning rate. */
  public final double lr() {
    return lr;
  }

  /** With another learning rate. */
  public final O withLr(double lr) {
    return with(s -> ((OptimizerSettings<O>) s).lr = lr);
  }

  /** A copy to which a change is made: the body of every {@code with...} method. */
  protected final O with(Consumer<? super O> change) {
    O copy = copy();
    change.accept(copy);
    return copy;
  }

  @SuppressWarnings("unchecked") // clone makes an object of the same class, which O is
  private O copy() {
    try {
      return (O) clone();
    } catch (CloneNotSupportedException e) {
      throw new AssertionError(e);
    }
  }

  /**
   * All settings by name. Equality, hash code and printing follow from it, so a subclass names each
   * of its settings here, behind the learning rate.
   */
  public SequencedMap<String, Object> values() {
    var values = new LinkedHashMap<String, Object>();
    values.put("lr", lr);
    return values;
  }

  /**
   * Checks the settings, alone and together. A subclass calls this one first.
   *
   * @throws IllegalArgumentException if they are impossible; the optimizer puts its name in front
   */
  protected void check() {
    Check.notNegative("lr", lr);
  }

  /** Checks the settings; the message begins with the optimizer's name. */
  final void check(String optimizer) {
    try {
      check();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("%s: %s".formatted(optimizer, e.getMessage()), e);
    }
  }

  @Override
  public final boolean equals(@Nullable Object other) {
    return other instanceof OptimizerSettings<?> o
        && getClass() == o.getClass()
        && values().equals(o.values());
  }

  @Override
  public final int hashCode() {
    return values().hashCode();
  }

  /** As {@code lr=0.001, betas=(0.9, 0.999)}. */
  @Override
  public final String toString() {
    return values().entrySet().stream()
        .map(OptimizerSettings::text)
        .collect(Collectors.joining(", "));
  }

  private static String text(Map.Entry<String, Object> setting) {
    Object value = setting.getValue();
    String text =
        value instanceof List<?> several
            ? several.stream().map(String::valueOf).collect(Collectors.joining(", ", "(", ")"))
            : value.toString();
    return setting.getKey() + "=" + text;
  }
}
