package gradus.op.indexing;

import gradus.DType;
import gradus.DTypeException;
import gradus.Tensor;
import gradus.kernel.index.Indices;

/** The checks that every tensor of indices passes before it is used. */
final class IndexTensor {
  private IndexTensor() {}

  /**
   * Refuses what cannot be used as indices below {@code limit}.
   *
   * @throws DTypeException unless it is int64 or int32
   * @throws IndexOutOfBoundsException naming the first index outside [0, limit)
   */
  static void check(String operator, Tensor index, int limit) {
    if (index.dtype() != DType.INT64 && index.dtype() != DType.INT32) {
      throw new DTypeException(
          "%s: indices must be int64 or int32, got %s; use to(INT64)"
              .formatted(operator, index.dtype()));
    }
    int[] sizes = index.shape().dims();
    int at =
        Indices.firstOutside(
            sizes, index.storage().array(), index.offset(), index.strides(), limit);
    if (at >= 0) {
      throw new IndexOutOfBoundsException(
          "%s: index %d at position %d is outside [0, %d)"
              .formatted(operator, index.flatten().select(0, at).itemLong(), at, limit));
    }
  }
}
