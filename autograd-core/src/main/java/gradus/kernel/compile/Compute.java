package gradus.kernel.compile;

/** The arithmetic that a kernel runs in. Arrays of other types are converted on the way. */
public enum Compute {
  FLOAT(float[].class),
  DOUBLE(double[].class),
  /** For all integers and truth values; wraps. */
  LONG(long[].class);

  private final Class<?> array;

  Compute(Class<?> array) {
    this.array = array;
  }

  /** The arithmetic for results in such an array. */
  public static Compute of(Object array) {
    return switch (array) {
      case float[] x -> FLOAT;
      case double[] x -> DOUBLE;
      default -> LONG;
    };
  }

  /** The type of array that needs no conversion. */
  public Class<?> array() {
    return array;
  }

  public Object newArray(int length) {
    return switch (this) {
      case FLOAT -> new float[length];
      case DOUBLE -> new double[length];
      case LONG -> new long[length];
    };
  }
}
