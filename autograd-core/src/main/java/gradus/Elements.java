package gradus;

/** Single elements, and Java arrays of all of them. Part of {@link Tensor}. */
public sealed interface Elements permits Tensor {

  /**
   * The value of a tensor of one element.
   *
   * @throws ShapeException if it has more or none
   */
  default double item() {
    Tensor x = single("item");
    return x.storage().get(x.offset());
  }

  /** As {@link #item}, exact for every int64. */
  default long itemLong() {
    Tensor x = single("itemLong");
    return x.storage().getLong(x.offset());
  }

  private Tensor single(String operator) {
    Tensor x = (Tensor) this;
    if (x.numel() != 1) {
      throw new ShapeException(
          "%s: needs a tensor of one element, got %s; reduce first, or use get(...)"
              .formatted(operator, x.shape()));
    }
    return x;
  }

  /** The element at an index for each dimension; negative ones count from the end. */
  default double get(int... index) {
    return ((Tensor) this).storage().get(position("get", index));
  }

  /**
   * Replaces one element in place.
   *
   * @throws AutogradException if the tensor is part of a graph and recording is on
   * @throws ShapeException if it is expanded
   */
  default void set(double value, int... index) {
    Tensor x = (Tensor) this;
    int position = position("set", index);
    x.requireWritable("set");
    x.storage().set(position, value);
    x.storage().changed();
  }

  private int position(String operator, int... index) {
    Tensor x = (Tensor) this;
    if (index.length != x.rank()) {
      throw new ShapeException(
          "%s: %d indices for a tensor of %d dimensions %s"
              .formatted(operator, index.length, x.rank(), x.shape()));
    }
    int position = x.offset();
    for (int d = 0; d < index.length; d++) {
      int n = x.size(d);
      int i = index[d] < 0 ? index[d] + n : index[d];
      if (i < 0 || i >= n) {
        throw new IndexOutOfBoundsException(
            "%s: index %d is outside dimension %d of %s"
                .formatted(operator, index[d], d, x.shape()));
      }
      position += i * x.stride(d);
    }
    return position;
  }

  /** The elements as a Java array of this rank: a float[][] for a float32 matrix. */
  default Object toArray() {
    return NestedArray.array((Tensor) this);
  }

  /** All elements in row-major order, converted. */
  default float[] toFloats() {
    return in(DType.FLOAT32).floats();
  }

  /** All elements in row-major order, converted. */
  default double[] toDoubles() {
    return in(DType.FLOAT64).doubles();
  }

  /** All elements in row-major order, converted. */
  default long[] toLongs() {
    return in(DType.INT64).longs();
  }

  private Storage in(DType dtype) {
    return ((Tensor) this).detach().to(dtype).copy().storage();
  }
}
