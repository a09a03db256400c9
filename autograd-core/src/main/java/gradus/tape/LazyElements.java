package gradus.tape;

/**
 * How the elements of an {@link ArrayStorage} are computed when somebody looks at them. The tape
 * knows when; how is known by the operators' fusion.
 */
public interface LazyElements {
  /** How many there are. */
  int size();

  /** Tells the storages that are read who will read them: they do not change before. */
  void announce(ArrayStorage result);

  /**
   * Says that a graph has saved this result. If it is expensive, it is stored by the pass that
   * first computes it on the way to another, instead of being computed once more.
   */
  void keep();

  /** Computes them: an array. */
  Object compute();
}
