package gradus.op.creation;

import gradus.DType;
import gradus.Shape;
import gradus.Tensor;
import java.util.Arrays;

/** A tensor whose elements all have one value: {@code torch.full}. */
public record Full(Shape size, double value, DType type) implements Constant {
  @Override
  public void forward(Tensor[] in, Tensor out) {
    if (value == 0 && Double.doubleToRawLongBits(value) == 0) {
      return; // it is zero already
    }
    Object array = out.storage().array();
    switch (array) {
      case float[] a -> Arrays.fill(a, (float) value);
      case double[] a -> Arrays.fill(a, value);
      case int[] a -> Arrays.fill(a, (int) value);
      case long[] a -> Arrays.fill(a, (long) value);
      case byte[] a ->
          Arrays.fill(a, (byte) (type == DType.BOOL ? (value != 0 ? 1 : 0) : (int) value));
      default -> throw new AssertionError(array);
    }
  }
}
