package gradus.op.elementwise;

import gradus.op.Formula;

/** exp(x) - 1, exact near 0: {@code torch.expm1}. */
public final class Expm1 {
  public static final Formula OP = Formula.of("expm1", x -> x.expm1());

  private Expm1() {}
}
