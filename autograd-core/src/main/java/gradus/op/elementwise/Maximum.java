package gradus.op.elementwise;

import gradus.op.Formula;

/** The larger of two; equal ones share the gradient: {@code torch.maximum}. */
public final class Maximum {
  public static final Formula OP = Formula.of("maximum", (a, b) -> a.max(b));

  private Maximum() {}
}
