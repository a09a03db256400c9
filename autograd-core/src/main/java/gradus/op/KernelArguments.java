package gradus.op;

import gradus.DType;
import gradus.Shape;
import gradus.Tensor;
import gradus.kernel.array.Strided;
import gradus.kernel.compile.Compute;
import gradus.kernel.compile.ElementwiseKernel;
import java.util.Arrays;

/** From tensors to what elementwise loops take, and what may share memory with what. */
public final class KernelArguments {
  /** The most arrays of which one word tells which move. */
  private static final int MOST_FLAT = 62;

  private KernelArguments() {}

  /** The shape to which all operands broadcast. */
  public static Shape broadcast(String operator, Tensor... in) {
    Shape shape = in[0].shape();
    for (int i = 1; i < in.length; i++) {
      shape = shape.broadcast(operator, in[i].shape());
    }
    return shape;
  }

  /**
   * What can be read while {@code written} changes: {@code read} itself, or a copy if some of its
   * elements lie in the same places in another order.
   */
  public static Tensor undisturbed(Tensor read, Tensor written) {
    if (read.storage() != written.storage()) {
      return read;
    }
    boolean same =
        read.offset() == written.offset()
            && read.shape().equals(written.shape())
            && Arrays.equals(read.strides(), written.strides());
    boolean apart = last(read) < first(written) || last(written) < first(read);
    return same || apart ? read : read.clone();
  }

  private static long first(Tensor t) {
    return t.offset() + reach(t, -1);
  }

  private static long last(Tensor t) {
    return t.offset() + reach(t, 1);
  }

  /** How far the elements lie from the first one, in one direction. */
  private static long reach(Tensor t, int sign) {
    long reach = 0;
    for (int d = 0; d < t.rank(); d++) {
      long step = (t.size(d) - 1L) * t.stride(d);
      reach += step * sign > 0 ? step : 0;
    }
    return reach;
  }

  /**
   * Runs a kernel over tensors that broadcast to the shape of the outputs.
   *
   * @param out the outputs; none if the kernel writes over its first operands
   */
  static void run(
      ElementwiseKernel kernel, DType computing, double[] settings, Tensor[] out, Tensor... in) {
    int outputs = out.length;
    Shape shape = (outputs > 0 ? out[0] : in[0]).shape();
    int n = shape.size();
    int count = outputs + in.length;
    var arrays = new Object[count];
    var offsets = new int[count];
    long moving = 0;
    boolean flat = count <= MOST_FLAT;
    for (int k = 0; k < count; k++) {
      Tensor t = k < outputs ? out[k] : in[k - outputs];
      arrays[k] = t.storage().array();
      offsets[k] = t.offset();
      if (t.numel() == n && t.isContiguous()) {
        moving |= 1L << k;
      } else if (t.numel() != 1) {
        flat = false;
      }
    }
    if (flat) {
      kernel.run(compute(computing), n, moving, arrays, offsets, settings);
      return;
    }
    int[] sizes = shape.dims();
    var views = new Strided[count];
    for (int k = 0; k < count; k++) {
      views[k] = (k < outputs ? out[k] : in[k - outputs]).strided().expand(sizes);
    }
    kernel.run(compute(computing), settings, views);
  }

  /** The arithmetic of a type: integers and truth values compute in longs. */
  public static Compute compute(DType dtype) {
    return switch (dtype) {
      case FLOAT32 -> Compute.FLOAT;
      case FLOAT64 -> Compute.DOUBLE;
      default -> Compute.LONG;
    };
  }
}
