package gradus.op.elementwise;

import gradus.op.Formula;

/** Product: {@code torch.mul}. */
public final class Mul {
  /** a * b. */
  public static final Formula OP = Formula.of("mul", (a, b) -> a.mul(b));

  /** x * s. */
  public static final Formula NUMBER = Formula.of("mul", 1, 1, (x, s) -> x[0].mul(s[0]));

  private Mul() {}
}
