package gradus.op.indexing;

import gradus.DType;
import gradus.DTypeException;
import gradus.Shape;
import gradus.Tensor;
import gradus.op.LeadingBatches;
import gradus.op.NoDerivative;
import gradus.op.Overwriting;
import java.util.Arrays;

/**
 * Indices of a dimension with negative ones counted from its end, int64 of any shape.
 *
 * @param dim the dimension, for the message
 * @param size the size of the dimension
 */
public record WrapIndex(int dim, int size) implements NoDerivative, Overwriting, LeadingBatches {
  @Override
  public Shape shape(Tensor... in) {
    return in[0].shape();
  }

  @Override
  public DType dtype(Tensor... in) {
    if (in[0].dtype().isFloating() || in[0].dtype() == DType.BOOL) {
      throw new DTypeException(
          "at: indices must be integers, got %s; convert with to(INT64)".formatted(in[0].dtype()));
    }
    return DType.INT64;
  }

  @Override
  public void forward(Tensor[] in, Tensor out) {
    long[] index = in[0].toLongs();
    long[] wrapped = (long[]) out.storage().array();
    for (int k = 0; k < index.length; k++) {
      if (index[k] < -size || index[k] >= size) {
        throw new IndexOutOfBoundsException(
            "at: index %d is outside dimension %d, whose size is %d"
                .formatted(index[k], dim, size));
      }
      wrapped[out.offset() + k] = index[k] < 0 ? index[k] + size : index[k];
    }
  }

  /**
   * For each row of a dimension, the last of the indices that name it: [..., m] -> [..., size],
   * int64, -1 where none does. The indices are not negative.
   */
  public record Last(int size) implements NoDerivative, Overwriting, LeadingBatches {
    @Override
    public Shape shape(Tensor... in) {
      return in[0].shape().with(-1, size);
    }

    @Override
    public DType dtype(Tensor... in) {
      return DType.INT64;
    }

    @Override
    public void forward(Tensor[] in, Tensor out) {
      long[] index = in[0].toLongs();
      long[] last = (long[]) out.storage().array();
      int m = in[0].size(-1);
      Arrays.fill(last, out.offset(), out.offset() + out.numel(), -1);
      for (int k = 0; k < index.length; k++) {
        last[out.offset() + k / m * size + (int) index[k]] = k % m;
      }
    }
  }
}
