package gradus.nn;

/** What sees every call of a layer on a thread: {@link Layers#observe}. */
@FunctionalInterface
public interface LayerObserver {
  /**
   * Before the layer is run, after its pre-hooks.
   *
   * @param path as in {@link #after}
   */
  default void before(String path, Parameterized layer, Inputs inputs) {}

  /**
   * After the layer was run, after its hooks; not if it threw an exception.
   *
   * @param path of fields from the outermost layer that is being called, empty for that itself; a
   *     layer that lies in several places goes by its first name, one that is no part of its caller
   *     by the name of its class
   */
  void after(String path, Parameterized layer, Inputs inputs, Object output);
}
