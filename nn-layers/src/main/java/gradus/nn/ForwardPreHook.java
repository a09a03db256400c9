package gradus.nn;

import org.jspecify.annotations.Nullable;

/** What runs before each call of a layer: {@link Parameterized#registerForwardPreHook}. */
@FunctionalInterface
public interface ForwardPreHook {
  /**
   * Looks at the inputs of a call, and may replace them.
   *
   * @param layer the one that is called
   * @return {@code inputs.with(0, other)} to replace; null to leave them as they are
   */
  @Nullable Inputs before(Parameterized layer, Inputs inputs);
}
