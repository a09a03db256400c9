package gradus.op.elementwise;

import gradus.op.Formula;

/** a != b, as bool: {@code torch.ne}. */
public final class Ne {
  public static final Formula OP = Formula.of("ne", (a, b) -> a.ne(b));

  public static final Formula NUMBER = Formula.of("ne", 1, 1, (x, s) -> x[0].ne(s[0]));

  private Ne() {}
}
