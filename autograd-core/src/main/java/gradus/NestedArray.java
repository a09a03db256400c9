package gradus;

import java.lang.reflect.Array;
import java.util.ArrayList;

/** Java arrays of any depth, to and from tensors. */
final class NestedArray {
  private NestedArray() {}

  /** The type that plain Java numbers become. */
  static DType usualType(Object array) {
    Class<?> type = array.getClass();
    while (type.isArray()) {
      type = type.getComponentType();
    }
    if (type == float.class
        || type == double.class
        || array instanceof Double
        || array instanceof Float) {
      return DType.FLOAT32;
    }
    if (type == int.class
        || type == long.class
        || array instanceof Integer
        || array instanceof Long) {
      return DType.INT64;
    }
    if (type == boolean.class || array instanceof Boolean) {
      return DType.BOOL;
    }
    if (type == byte.class || array instanceof Byte) {
      return DType.UINT8;
    }
    throw new DTypeException(
        "of: cannot make a tensor from %s; give an array of double, float, int, long, boolean or byte"
            .formatted(array.getClass().getSimpleName()));
  }

  static Tensor tensor(Object array, DType dtype) {
    usualType(array); // refuses what is no array of numbers
    var dims = new ArrayList<Integer>();
    for (Object a = array; a.getClass().isArray(); a = Array.get(a, 0)) {
      int n = Array.getLength(a);
      dims.add(n);
      if (n == 0) {
        break;
      }
    }
    int[] sizes = dims.stream().mapToInt(Integer::intValue).toArray();
    Tensor t = Tensor.allocate(Shape.of(sizes), dtype);
    read(array, t, 0, 0, "");
    return t;
  }

  /** Copies {@code array}, which is at this depth and place, and checks its length. */
  private static int read(Object array, Tensor into, int depth, int position, String place) {
    Storage storage = into.storage();
    boolean isArray = array.getClass().isArray();
    if (depth == into.rank()) {
      if (isArray) {
        throw new ShapeException("of: array%s is deeper than its siblings".formatted(place));
      }
      write(array, into, position);
      return position + 1;
    }
    int n = isArray ? Array.getLength(array) : 0;
    if (n != into.size(depth)) {
      throw new ShapeException(
          "of: array%s has length %d, but %d is expected from the first; rows must be equally long"
              .formatted(place, n, into.size(depth)));
    }
    boolean floats = array instanceof float[] && storage.array() instanceof float[];
    boolean doubles = array instanceof double[] && storage.array() instanceof double[];
    boolean longs = array instanceof long[] && storage.array() instanceof long[];
    if (floats || doubles || longs) {
      System.arraycopy(array, 0, storage.array(), position, n);
      return position + n;
    }
    for (int i = 0; i < n; i++) {
      position = read(Array.get(array, i), into, depth + 1, position, place + "[" + i + "]");
    }
    return position;
  }

  private static void write(Object value, Tensor into, int position) {
    switch (value) {
      case Boolean b -> into.storage().set(position, b ? 1 : 0);
      case Long l when into.storage().array() instanceof long[] a -> a[position] = l;
      case Byte b -> into.storage().set(position, b & 0xff);
      case Number n when into.dtype() == DType.BOOL ->
          into.storage().set(position, n.doubleValue() != 0 ? 1 : 0);
      case Number n -> into.storage().set(position, n.doubleValue());
      default -> throw new AssertionError(value);
    }
  }

  /** The elements as a Java array of the tensor's rank: float[][] for a float32 matrix. */
  static Object array(Tensor t) {
    Class<?> type =
        t.dtype() == DType.BOOL ? boolean.class : t.dtype().arrayType().getComponentType();
    if (t.rank() == 0) {
      throw new ShapeException("toArray: a single number is no array; use item()");
    }
    Object result = Array.newInstance(type, t.shape().dims());
    write(t.contiguous(), result, 0, t.contiguous().offset());
    return result;
  }

  private static int write(Tensor t, Object array, int depth, int position) {
    int n = Array.getLength(array);
    if (depth < t.rank() - 1) {
      for (int i = 0; i < n; i++) {
        position = write(t, Array.get(array, i), depth + 1, position);
      }
      return position;
    }
    if (array instanceof boolean[] truths) {
      for (int i = 0; i < n; i++) {
        truths[i] = ((byte[]) t.storage().array())[position + i] != 0;
      }
    } else {
      System.arraycopy(t.storage().array(), position, array, 0, n);
    }
    return position + n;
  }
}
