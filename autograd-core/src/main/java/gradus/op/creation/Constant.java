package gradus.op.creation;

import gradus.DType;
import gradus.Shape;
import gradus.Tensor;
import gradus.op.NoDerivative;
import java.util.function.IntToDoubleFunction;

/** An operator without inputs: a tensor of this size and type that its settings describe. */
interface Constant extends NoDerivative {
  Shape size();

  DType type();

  @Override
  default Shape shape(Tensor... in) {
    return size();
  }

  @Override
  default DType dtype(Tensor... in) {
    return type();
  }

  /** Sets n elements, so many apart in row-major order, to a function of their number. */
  static void set(Tensor out, int n, int apart, IntToDoubleFunction f) {
    Object array = out.storage().array();
    for (int i = 0; i < n; i++) {
      double value = f.applyAsDouble(i);
      switch (array) {
        case float[] a -> a[i * apart] = (float) value;
        case double[] a -> a[i * apart] = value;
        case int[] a -> a[i * apart] = (int) value;
        case long[] a -> a[i * apart] = (long) value;
        case byte[] a -> a[i * apart] = (byte) (int) value;
        default -> throw new AssertionError(array);
      }
    }
  }
}
