package gradus.op.elementwise;

import gradus.op.Formula;

/** e to the x: {@code torch.exp}. */
public final class Exp {
  public static final Formula OP = Formula.of("exp", x -> x.exp());

  private Exp() {}
}
