package gradus.op.elementwise;

import gradus.op.Formula;

/** Difference: {@code torch.sub}. */
public final class Sub {
  /** a - b. */
  public static final Formula OP = Formula.of("sub", (a, b) -> a.sub(b));

  /** x - s. */
  public static final Formula NUMBER = Formula.of("sub", 1, 1, (x, s) -> x[0].sub(s[0]));

  /** s - x. */
  public static final Formula FROM_NUMBER = Formula.of("sub", 1, 1, (x, s) -> s[0].sub(x[0]));

  private Sub() {}
}
