package gradus.op.elementwise;

import gradus.op.Formula;

/** Sine: {@code torch.sin}. */
public final class Sin {
  public static final Formula OP = Formula.of("sin", x -> x.sin());

  private Sin() {}
}
