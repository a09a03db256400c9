package gradus.op.elementwise;

import gradus.op.Formula;

/** a &lt;= b, as bool: {@code torch.le}. */
public final class Le {
  public static final Formula OP = Formula.of("le", (a, b) -> a.le(b));

  public static final Formula NUMBER = Formula.of("le", 1, 1, (x, s) -> x[0].le(s[0]));

  private Le() {}
}
