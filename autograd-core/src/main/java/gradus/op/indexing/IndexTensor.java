package gradus.op.indexing;

import gradus.Autograd;
import gradus.DType;
import gradus.DTypeException;
import gradus.Shape;
import gradus.Tensor;
import gradus.kernel.index.Indices;
import java.util.Arrays;

/** The checks that every tensor of indices passes before it is used. */
final class IndexTensor {
  private IndexTensor() {}

  /**
   * A vector of indices for each example, [size, k], as an index of elements: of the shape of a
   * batch with k in place of its dimension {@code dim + 1}.
   */
  static Tensor along(int dim, Tensor index, Shape batch) {
    int[] dims = new int[batch.rank()];
    Arrays.fill(dims, 1);
    dims[0] = index.size(0);
    dims[dim + 1] = index.size(1);
    return index.reshape(dims).expand(batch.with(dim + 1, index.size(1)));
  }

  /**
   * Refuses what cannot be used as indices below {@code limit}. While a transformation stands, only
   * the type is checked: the elements are when the operator is evaluated below it.
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
    if (Autograd.isTransforming()) {
      return;
    }
    int at = Indices.firstOutside(index.strided(), limit);
    if (at >= 0) {
      throw new IndexOutOfBoundsException(
          "%s: index %d at position %d is outside [0, %d)"
              .formatted(operator, index.flatten().select(0, at).itemLong(), at, limit));
    }
  }
}
