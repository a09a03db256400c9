package gradus.data;

/**
 * Data that cannot be had: a file is missing, cannot be read or downloaded, or does not hold what
 * it should. Names the file, what was expected, what was found, the cure.
 */
public final class DataException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public DataException(String message) {
    super(message);
  }

  public DataException(String message, Throwable cause) {
    super(message, cause);
  }
}
