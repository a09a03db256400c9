package gradus.op.elementwise;

import gradus.op.Formula;

/** a &gt; b, as bool: {@code torch.gt}. */
public final class Gt {
  public static final Formula OP = Formula.of("gt", (a, b) -> a.gt(b));

  public static final Formula NUMBER = Formula.of("gt", 1, 1, (x, s) -> x[0].gt(s[0]));

  private Gt() {}
}
