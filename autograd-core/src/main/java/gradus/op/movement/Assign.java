package gradus.op.movement;

import gradus.DType;
import gradus.ShapeException;
import gradus.Tensor;
import gradus.formula.Expr;
import gradus.kernel.compile.Compute;
import gradus.kernel.compile.ElementwiseKernel;
import gradus.kernel.index.Copy;
import gradus.op.Strides;
import gradus.op.Update;
import java.util.List;

/** Elements written in place: copied with broadcasting and conversion, added to, scaled. */
public final class Assign {
  /** x += y. */
  public static final Update ADD = Update.of("addInPlace", 2, 0, (x, s) -> List.of(x[0].add(x[1])));

  /** x += s y. */
  public static final Update ADD_SCALED =
      Update.of("addInPlace", 2, 1, (x, s) -> List.of(x[0].add(x[1].mul(s[0]))));

  /** x *= s. */
  public static final Update SCALE =
      Update.of("mulInPlace", 1, 1, (x, s) -> List.of(x[0].mul(s[0])));

  private static final ElementwiseKernel CONVERT = ElementwiseKernel.of(List.of(Expr.arg(0)));

  private Assign() {}

  /**
   * Copies {@code from} into {@code to}.
   *
   * @throws ShapeException if it does not broadcast to that shape
   * @throws gradus.AutogradException if {@code to} is part of a graph and recording is on
   */
  public static void run(Tensor to, Tensor from) {
    if (!from.shape().expandsTo(to.shape())) {
      throw new ShapeException(
          "copyInPlace: %s does not expand to %s".formatted(from.shape(), to.shape()));
    }
    to.requireWritable("copyInPlace");
    from = Strides.undisturbed(from, to);
    int[] sizes = to.shape().dims();
    int[] reads = Strides.broadcast(from, to.shape());
    int[] writes = to.strides();
    Object source = from.storage().array();
    Object target = to.storage().array();
    if (from.dtype() == to.dtype()) {
      Copy.run(sizes, source, from.offset(), reads, target, to.offset(), writes);
    } else {
      CONVERT.run(
          carrier(from.dtype(), to.dtype()),
          sizes,
          new Object[] {target, source},
          new int[] {to.offset(), from.offset()},
          new int[][] {writes, reads},
          new double[0]);
    }
    to.storage().changed();
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
