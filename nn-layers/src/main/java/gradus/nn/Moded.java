package gradus.nn;

/**
 * A layer that behaves differently while training: dropout, batch normalisation. It starts in
 * training mode; {@link Parameterized#train} and {@link Parameterized#eval} reach it anywhere in a
 * structure.
 */
public interface Moded extends Parameterized {
  /** Switches this layer alone. */
  void setTraining(boolean on);

  @Override
  boolean isTraining();
}
