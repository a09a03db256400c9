package gradus.op.elementwise;

import gradus.op.Formula;

/** a == b, as bool: {@code torch.eq}. */
public final class Eq {
  public static final Formula OP = Formula.of("eq", (a, b) -> a.eq(b));

  public static final Formula NUMBER = Formula.of("eq", 1, 1, (x, s) -> x[0].eq(s[0]));

  private Eq() {}
}
