package gradus.nn;

import org.jspecify.annotations.Nullable;

/** What runs after each call of a layer: {@link Parameterized#registerForwardHook}. */
@FunctionalInterface
public interface ForwardHook {
  /**
   * Looks at the output of a call, and may replace it.
   *
   * @param layer the one that was called
   * @param inputs what its {@code forward} got
   * @param output what it gave; a tensor for every {@link Layer}
   * @return what the caller gets in its place: a tensor for a tensor, otherwise an object of the
   *     same class; null to leave it as it is
   */
  @Nullable Object after(Parameterized layer, Inputs inputs, Object output);
}
