package gradus;

/** Shapes that do not fit: names the operator, the whole shapes, the sizes that clash, the cure. */
public final class ShapeException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  public ShapeException(String message) {
    super(message);
  }
}
