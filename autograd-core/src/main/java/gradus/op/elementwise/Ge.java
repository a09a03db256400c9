package gradus.op.elementwise;

import gradus.op.Formula;

/** a &gt;= b, as bool: {@code torch.ge}. */
public final class Ge {
  public static final Formula OP = Formula.of("ge", (a, b) -> a.ge(b));

  public static final Formula NUMBER = Formula.of("ge", 1, 1, (x, s) -> x[0].ge(s[0]));

  private Ge() {}
}
