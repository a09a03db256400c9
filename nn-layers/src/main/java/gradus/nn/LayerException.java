package gradus.nn;

/**
 * The structure of a layer, or a state given to it, or what a hook puts in the place of its inputs
 * or output is not usable; the message says what to do.
 */
public final class LayerException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public LayerException(String message) {
    super(message);
  }
}
