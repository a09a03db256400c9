package gradus.op;

import gradus.Tensor;
import gradus.tape.Interpreter;
import java.util.function.Consumer;

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
  protected Tensor[] apply(Primitive op, boolean residuals, Tensor... in) {
    return op instanceof Composite c && !residuals
        ? below(() -> c.composedAll(in))
        : applyBelow(op, residuals, in);
  }

  @Override
  protected void change(
      String operator, int written, Consumer<Tensor[]> change, Tensor... tensors) {
    changeBelow(operator, written, change, tensors);
  }

  @Override
  protected Tensor detach(Tensor t) {
    return below(t::detach);
  }

  @Override
  protected Tensor read(String operator, Tensor t) {
    return readBelow(operator, t);
  }
}
