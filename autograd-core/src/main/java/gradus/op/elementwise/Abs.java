package gradus.op.elementwise;

import gradus.op.Formula;

/** Absolute value, slope 0 at 0: {@code torch.abs}. */
public final class Abs {
  public static final Formula OP = Formula.of("abs", x -> x.abs());

  private Abs() {}
}
