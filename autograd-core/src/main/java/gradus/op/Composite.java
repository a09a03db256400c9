package gradus.op;

import gradus.Tensor;
import gradus.tape.Reverse;
import org.jspecify.annotations.Nullable;

/**
 * An operator whose kernel is faster than the operators it stands for. Its meaning is their
 * composition, to which a test holds it; its derivatives are theirs unless it has faster ones. With
 * one result and no residuals it is a {@link CompositeOp}.
 */
public interface Composite extends Primitive {
  /** The definition of the results, in ordinary operators. */
  Tensor[] composedAll(Tensor... in);

  @Override
  default @Nullable Tensor[] vjp(boolean[] wanted, Gradients g, Call call) {
    return Reverse.vjp(this::composedAll, wanted, g::of, call.inputs());
  }
}
