package gradus;

import gradus.op.movement.Cast;
import gradus.tape.Dispatcher;

/** Single elements, and Java arrays of all of them. Part of {@link Tensor}. */
sealed interface Elements permits Tensor {

  /**
   * The value of a tensor of one element.
   *
   * @throws ShapeException if it has more or none
   */
  default double item() {
    Tensor x = single("item");
    return x.memory().get(x.offset());
  }

  /** As {@link #item}, exact for every int64. */
  default long itemLong() {
    Tensor x = single("itemLong");
    return x.memory().getLong(x.offset());
  }

  private Tensor single(String operator) {
    Tensor x = Tensor.read(operator, (Tensor) this);
    if (x.numel() != 1) {
      throw new ShapeException(
          "%s: needs a tensor of one element, got %s; reduce first, or use get(...)"
              .formatted(operator, x.shape()));
    }
    return x;
  }

  /** The element at an index for each dimension; negative ones count from the end. */
  default double get(int... index) {
    Tensor x = Tensor.read("get", (Tensor) this);
    return x.memory().get(position(x, "get", index));
  }

  /**
   * Replaces one element in place.
   *
   * @throws AutogradException if the tensor is part of a graph and recording is on
   * @throws ShapeException if it is expanded
   */
  default void set(double value, int... index) {
    Tensor t = (Tensor) this;
    int position = position(t, "set", index);
    Tensor.change("set", 1, x -> x[0].memory().set(position, value), t);
  }

  private static int position(Tensor x, String operator, int... index) {
    if (index.length != x.rank()) {
      throw new ShapeException(
          "%s: %d indices for a tensor of %d dimensions %s"
              .formatted(operator, index.length, x.rank(), x.shape()));
    }
    Shape shape = x.shape();
    boolean contiguous = x.isContiguous();
    int position = 0;
    for (int d = 0; d < index.length; d++) {
      int n = shape.dim(d);
      int i = index[d] < 0 ? index[d] + n : index[d];
      if (i < 0 || i >= n) {
        throw new IndexOutOfBoundsException(
            "%s: index %d is outside dimension %d of %s".formatted(operator, index[d], d, shape));
      }
      position = contiguous ? position * n + i : position + i * x.stride(d);
    }
    return x.offset() + position;
  }

  /** The elements as a Java array of this rank: a float[][] for a float32 matrix. */
  default Object toArray() {
    return NestedArray.array(Tensor.read("toArray", (Tensor) this));
  }

  /** All elements in row-major order, converted. */
  default float[] toFloats() {
    return in("toFloats", DType.FLOAT32).floats();
  }

  /** All elements in row-major order, converted. */
  default double[] toDoubles() {
    return in("toDoubles", DType.FLOAT64).doubles();
  }

  /** All elements in row-major order, converted. */
  default long[] toLongs() {
    return in("toLongs", DType.INT64).longs();
  }

  private Storage in(String operator, DType dtype) {
    Tensor x = Tensor.read(operator, (Tensor) this);
    return Dispatcher.plainly(() -> new Cast(dtype).evaluate(x)).storage();
  }
}
