package gradus.op;

import gradus.Tensor;
import gradus.tape.Reverse;
import org.jspecify.annotations.Nullable;

/** A {@link Composite} with one result. */
public interface CompositeOp extends Op, Composite {
  /** The definition, in ordinary operators. */
  Tensor composed(Tensor... in);

  @Override
  default Tensor[] composedAll(Tensor... in) {
    return new Tensor[] {composed(in)};
  }

  @Override
  default @Nullable Tensor[] vjp(boolean[] wanted, Gradients g, Call call) {
    return Op.super.vjp(wanted, g, call);
  }

  @Override
  default @Nullable Tensor vjp(int i, Tensor g, Call call) {
    boolean[] wanted = new boolean[call.arity()];
    wanted[i] = true;
    return Reverse.vjp(this::composedAll, wanted, k -> g, call.inputs())[i];
  }
}
