package gradus.op.elementwise;

import gradus.op.Formula;

/** a to the power b; x^0 is 1 with gradient 0: {@code torch.pow}. */
public final class Pow {
  /** a ^ b. */
  public static final Formula OP = Formula.of("pow", (a, b) -> a.pow(b));

  /** x ^ s. */
  public static final Formula NUMBER = Formula.of("pow", 1, 1, (x, s) -> x[0].pow(s[0]));

  /** s ^ x. */
  public static final Formula OF_NUMBER = Formula.of("pow", 1, 1, (x, s) -> s[0].pow(x[0]));

  private Pow() {}
}
