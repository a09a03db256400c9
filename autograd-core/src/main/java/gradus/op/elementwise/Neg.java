package gradus.op.elementwise;

import gradus.op.Formula;

/** Negative: {@code torch.neg}. */
public final class Neg {
  public static final Formula OP = Formula.of("neg", x -> x.neg());

  private Neg() {}
}
