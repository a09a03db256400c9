package gradus.op.elementwise;

import gradus.op.Formula;

/** The error function: {@code torch.erf}. */
public final class Erf {
  public static final Formula OP = Formula.of("erf", x -> x.erf());

  private Erf() {}
}
