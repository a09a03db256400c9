package gradus;

/** An element type that an operator does not take: names the operator, the type, the cure. */
public final class DTypeException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  public DTypeException(String message) {
    super(message);
  }
}
