package gradus.op.movement;

import gradus.DType;
import gradus.ShapeException;
import gradus.Tensor;
import gradus.formula.Expr;
import gradus.kernel.array.Strided;
import gradus.kernel.compile.Compute;
import gradus.kernel.compile.ElementwiseKernel;
import gradus.kernel.index.Copy;
import java.util.List;

/** Elements copied in place, with broadcasting and conversion. */
public final class Assign {
  private static final ElementwiseKernel CONVERT = ElementwiseKernel.of(List.of(Expr.arg(0)));

  private Assign() {}

  /**
   * Copies {@code from} into {@code to}.
   *
   * @throws ShapeException if it does not broadcast to that shape
   * @throws gradus.AutogradException if either is part of a graph and recording is on
   */
  public static void run(String operator, Tensor to, Tensor from) {
    if (!from.shape().expandsTo(to.shape())) {
      throw new ShapeException(
          "%s: %s does not expand to %s".formatted(operator, from.shape(), to.shape()));
    }
    Tensor.change(operator, 1, x -> copy(x[0], x[1]), to, from);
  }

  private static void copy(Tensor to, Tensor from) {
    Strided target = to.strided();
    Strided source = from.strided().expand(target.sizes());
    if (from.dtype() == to.dtype()) {
      Copy.run(source, target);
    } else {
      CONVERT.run(carrier(from.dtype(), to.dtype()), new double[0], target, source);
    }
  }

  /** The arithmetic that loses nothing on the way from one type to another. */
  private static Compute carrier(DType from, DType to) {
    if (!from.isFloating() && !to.isFloating()) {
      return Compute.LONG;
    }
    boolean single = from == DType.FLOAT32 || (to == DType.FLOAT32 && !from.isFloating());
    return single && to != DType.FLOAT64 ? Compute.FLOAT : Compute.DOUBLE;
  }
}
