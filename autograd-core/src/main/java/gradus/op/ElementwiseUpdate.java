package gradus.op;

import gradus.DTypeException;
import gradus.ShapeException;
import gradus.Tensor;
import gradus.formula.Expr;
import gradus.kernel.compile.ElementwiseKernel;
import gradus.op.fusion.KernelArguments;
import java.util.Arrays;
import java.util.List;

/**
 * A change in place by one pass over several tensors: the step of an optimizer.
 *
 * <p>The body gives a new value for each of the first operands, computed from the old values of
 * all: Adam is one pass that writes parameter, mean and square. Updates are not recorded.
 */
public final class ElementwiseUpdate {
  private static final Tensor[] NONE = {};

  private final String name;
  private final int operands;
  private final int settings;
  private final int outputs;
  private final ElementwiseKernel kernel;

  private ElementwiseUpdate(String name, int operands, int settings, List<Expr> outputs) {
    this.name = name;
    this.operands = operands;
    this.settings = settings;
    this.outputs = outputs.size();
    this.kernel = ElementwiseKernel.inPlace(outputs);
  }

  /** The new values of the first operands, given the operands {@code x} and settings {@code s}. */
  @FunctionalInterface
  public interface Body {
    List<Expr> of(Expr[] x, Expr[] s);
  }

  /** The update with this body and these numbers of operands and settings. */
  public static ElementwiseUpdate of(String name, int operands, int settings, Body body) {
    Expr[] x = new Expr[operands];
    Arrays.setAll(x, Expr::arg);
    Expr[] s = new Expr[settings];
    Arrays.setAll(s, Expr::setting);
    return new ElementwiseUpdate(name, operands, settings, body.of(x, s));
  }

  /**
   * Writes the new values into the first tensors.
   *
   * @throws ShapeException if a tensor that is written does not have the common shape
   * @throws DTypeException if the floating types differ
   * @throws gradus.AutogradException if a written tensor is part of a graph and recording is on
   */
  public void apply(double[] settings, Tensor... tensors) {
    if (tensors.length != operands || settings.length != this.settings) {
      throw new IllegalArgumentException(
          "%s: takes %d tensors and %d settings, got %d and %d"
              .formatted(name, operands, this.settings, tensors.length, settings.length));
    }
    Tensor first = tensors[0];
    for (int i = 0; i < operands; i++) {
      Tensor t = tensors[i];
      if (i < outputs ? !t.shape().equals(first.shape()) : !t.shape().expandsTo(first.shape())) {
        throw new ShapeException(
            "%s: operand %d has shape %s, the first %s"
                .formatted(name, i, t.shape(), first.shape()));
      }
      if (i < outputs ? t.dtype() != first.dtype() : t.dtype().compareTo(first.dtype()) > 0) {
        throw new DTypeException(
            "%s: operand %d is %s, the first %s; convert with to(...)"
                .formatted(name, i, t.dtype(), first.dtype()));
      }
    }
    Tensor.change(
        name, outputs, x -> KernelArguments.run(kernel, first.dtype(), settings, NONE, x), tensors);
  }
}
