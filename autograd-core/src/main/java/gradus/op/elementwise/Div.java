package gradus.op.elementwise;

import gradus.op.Formula;

/** Quotient, floating also for integers: {@code torch.div}. */
public final class Div {
  /** a / b. */
  public static final Formula OP = Formula.of("div", (a, b) -> a.div(b));

  /** x / s. */
  public static final Formula NUMBER = Formula.of("div", 1, 1, (x, s) -> x[0].div(s[0]));

  /** s / x. */
  public static final Formula OF_NUMBER = Formula.of("div", 1, 1, (x, s) -> s[0].div(x[0]));

  private Div() {}
}
