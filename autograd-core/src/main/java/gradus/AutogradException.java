package gradus;

/** A derivative that cannot be taken: says of what, why, and what to do. */
public final class AutogradException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  public AutogradException(String message) {
    super(message);
  }
}
