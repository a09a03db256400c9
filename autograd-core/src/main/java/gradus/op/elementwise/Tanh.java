package gradus.op.elementwise;

import gradus.op.Formula;

/** Hyperbolic tangent: {@code torch.tanh}. */
public final class Tanh {
  public static final Formula OP = Formula.of("tanh", x -> x.tanh());

  private Tanh() {}
}
