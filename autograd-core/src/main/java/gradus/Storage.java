package gradus;

import java.lang.reflect.Array;

/**
 * A Java array of elements that tensors look at, with a version that counts its changes.
 *
 * <p>The backward pass compares versions: a value that was saved and then changed in place would
 * give wrong gradients, and is refused instead.
 */
public final class Storage {
  private final Object array;
  private int version;

  /**
   * A storage over {@code array} itself, not a copy.
   *
   * @throws IllegalArgumentException if it is not a float[], double[], int[], long[] or byte[]
   */
  public Storage(Object array) {
    if (!(array instanceof float[]
        || array instanceof double[]
        || array instanceof int[]
        || array instanceof long[]
        || array instanceof byte[])) {
      throw new IllegalArgumentException(
          "storage: needs a float[], double[], int[], long[] or byte[], got "
              + array.getClass().getSimpleName());
    }
    this.array = array;
  }

  static Storage allocate(DType dtype, int size) {
    return new Storage(
        switch (dtype) {
          case FLOAT32 -> new float[size];
          case FLOAT64 -> new double[size];
          case INT64 -> new long[size];
          case INT32 -> new int[size];
          case BOOL, UINT8 -> new byte[size];
        });
  }

  /** The array, for kernels. */
  public Object array() {
    return array;
  }

  /** The number of elements. */
  public int size() {
    return Array.getLength(array);
  }

  public float[] floats() {
    return (float[]) array;
  }

  public double[] doubles() {
    return (double[]) array;
  }

  public int[] ints() {
    return (int[]) array;
  }

  public long[] longs() {
    return (long[]) array;
  }

  public byte[] bytes() {
    return (byte[]) array;
  }

  /** How often the elements were changed in place. */
  public int version() {
    return version;
  }

  /** Notes a change in place; whoever writes to the array calls it. */
  public void changed() {
    version++;
  }

  /** Takes the place of {@code other}, which is a change of it. */
  void follow(Storage other) {
    version = other.version + 1;
  }

  double get(int i) {
    return switch (array) {
      case float[] a -> a[i];
      case double[] a -> a[i];
      case int[] a -> a[i];
      case long[] a -> a[i];
      case byte[] a -> a[i] & 0xff;
      default -> throw new AssertionError(array);
    };
  }

  long getLong(int i) {
    return switch (array) {
      case float[] a -> (long) a[i];
      case double[] a -> (long) a[i];
      case int[] a -> a[i];
      case long[] a -> a[i];
      case byte[] a -> a[i] & 0xff;
      default -> throw new AssertionError(array);
    };
  }

  void set(int i, double value) {
    switch (array) {
      case float[] a -> a[i] = (float) value;
      case double[] a -> a[i] = value;
      case int[] a -> a[i] = (int) value;
      case long[] a -> a[i] = (long) value;
      case byte[] a -> a[i] = (byte) (int) value;
      default -> throw new AssertionError(array);
    }
  }
}
