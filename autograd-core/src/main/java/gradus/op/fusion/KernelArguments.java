package gradus.op.fusion;

import gradus.DType;
import gradus.Shape;
import gradus.Tensor;
import gradus.kernel.array.Strided;
import gradus.kernel.compile.Compute;
import gradus.kernel.compile.ElementwiseKernel;

/** From tensors to what elementwise loops take. */
public final class KernelArguments {
  /** The most arrays of which one word tells which move. */
  private static final int MOST_FLAT = 62;

  private KernelArguments() {}

  /**
   * Runs a kernel over tensors that broadcast to the shape of the outputs.
   *
   * @param out the outputs; none if the kernel writes over its first operands
   */
  public static void run(
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
  private static Compute compute(DType dtype) {
    return switch (dtype) {
      case FLOAT32 -> Compute.FLOAT;
      case FLOAT64 -> Compute.DOUBLE;
      default -> Compute.LONG;
    };
  }
}
