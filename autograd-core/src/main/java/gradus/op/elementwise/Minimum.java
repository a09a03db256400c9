package gradus.op.elementwise;

import gradus.op.Formula;

/** The smaller of two; equal ones share the gradient: {@code torch.minimum}. */
public final class Minimum {
  public static final Formula OP = Formula.of("minimum", (a, b) -> a.min(b));

  private Minimum() {}
}
