package gradus.op.elementwise;

import gradus.op.Formula;

/** a &lt; b, as bool: {@code torch.lt}. */
public final class Lt {
  public static final Formula OP = Formula.of("lt", (a, b) -> a.lt(b));

  public static final Formula NUMBER = Formula.of("lt", 1, 1, (x, s) -> x[0].lt(s[0]));

  private Lt() {}
}
