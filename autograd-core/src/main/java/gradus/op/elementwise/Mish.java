package gradus.op.elementwise;

import gradus.op.Formula;

/**
 * x tanh(log(1 + exp(x))): {@code torch.nn.functional.mish}. Misra, "Mish: A Self Regularized
 * Non-Monotonic Activation Function", 2019.
 */
public final class Mish {
  public static final Formula OP =
      Formula.of("mish", x -> x.mul(Softplus.OP.expression().substitute(x).tanh()));

  private Mish() {}
}
