package gradus.op.elementwise;

import gradus.op.Formula;

/** What {@code torch.special} holds beyond exponentials and logarithms. */
public final class SpecialFunctions {
  /** The error function: {@code torch.erf}. */
  public static final Formula ERF = Formula.of("erf", x -> x.erf());

  private SpecialFunctions() {}
}
