package gradus.op;

import gradus.Tensor;
import gradus.tape.Interpreter;

/** Applies the composition of every {@link Composite} instead of its kernel. */
final class Decomposing extends Interpreter {
  Decomposing() {
    super("decomposing");
  }

  @Override
  protected boolean wraps() {
    return false;
  }

  @Override
  public Tensor[] apply(Primitive op, boolean residuals, Tensor... in) {
    return op instanceof Composite c && !residuals
        ? below(() -> c.composedAll(in))
        : applyBelow(op, residuals, in);
  }
}
