package gradus;

import gradus.tape.ArrayStorage;
import java.lang.invoke.MethodType;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Java arrays and lists of any depth, to and from tensors. */
final class NestedArray {
  private static final Map<Class<?>, DType> LEAVES =
      Map.of(
          Double.class, DType.FLOAT32,
          Float.class, DType.FLOAT32,
          Integer.class, DType.INT64,
          Long.class, DType.INT64,
          Boolean.class, DType.BOOL,
          Byte.class, DType.UINT8);

  private NestedArray() {}

  /** The type that plain Java numbers become. */
  static DType usualType(Object array) {
    Class<?> type = array.getClass();
    while (type.isArray()) {
      type = type.getComponentType();
    }
    if (type.isPrimitive() || LEAVES.containsKey(type)) {
      return usualType(MethodType.methodType(type).wrap().returnType(), array);
    }
    if (!isRow(array)) {
      return usualType(array.getClass(), array);
    }
    DType found = null;
    for (int i = 0; i < length(array); i++) {
      DType each = usualType(element(array, i, "[" + i + "]"));
      found = found == null ? each : found.promote(each);
    }
    return found == null ? DType.FLOAT32 : found;
  }

  private static DType usualType(Class<?> leaf, Object array) {
    DType type = LEAVES.get(leaf);
    if (type == null) {
      throw new DTypeException(
          ("of: cannot make a tensor from %s; give an array or a List of double, float, int, long, boolean"
                  + " or byte")
              .formatted(array.getClass().getSimpleName()));
    }
    return type;
  }

  private static boolean isRow(Object array) {
    return array.getClass().isArray() || array instanceof List;
  }

  private static int length(Object row) {
    return row instanceof List<?> list ? list.size() : Array.getLength(row);
  }

  private static Object element(Object row, int i, String place) {
    Object value = row instanceof List<?> list ? list.get(i) : Array.get(row, i);
    if (value == null) {
      throw new IllegalArgumentException("of: element %s is null".formatted(place));
    }
    return value;
  }

  static Tensor tensor(Object array, DType dtype) {
    usualType(array); // refuses what is no array of numbers
    var dims = new ArrayList<Integer>();
    for (Object a = array; isRow(a); a = element(a, 0, "[0]")) {
      int n = length(a);
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
    ArrayStorage storage = into.memory();
    boolean isRow = isRow(array);
    if (depth == into.rank()) {
      if (isRow) {
        throw new ShapeException("of: array%s is deeper than its siblings".formatted(place));
      }
      write(array, into, position);
      return position + 1;
    }
    int n = isRow ? length(array) : 0;
    if (n != into.size(depth)) {
      throw new ShapeException(
          "of: array%s has length %d, but %d is expected from the first; rows must be equally long"
              .formatted(place, n, into.size(depth)));
    }
    if (array.getClass() == storage.array().getClass()) {
      System.arraycopy(array, 0, storage.array(), position, n);
      return position + n;
    }
    for (int i = 0; i < n; i++) {
      String at = place + "[" + i + "]";
      position = read(element(array, i, at), into, depth + 1, position, at);
    }
    return position;
  }

  private static void write(Object value, Tensor into, int position) {
    switch (value) {
      case Boolean b -> into.memory().set(position, b ? 1 : 0);
      case Long l when into.storage().array() instanceof long[] a -> a[position] = l;
      case Byte b -> into.memory().set(position, b & 0xff);
      case Number n when into.dtype() == DType.BOOL ->
          into.memory().set(position, n.doubleValue() != 0 ? 1 : 0);
      case Number n -> into.memory().set(position, n.doubleValue());
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
