package gradus.op.elementwise;

import gradus.op.Formula;

/** a where the condition holds, else b; the other branch never matters: {@code torch.where}. */
public final class Where {
  public static final Formula OP = Formula.of("where", (c, a, b) -> c.ne(0).select(a, b));

  /** x, or s where the condition holds: {@code torch.masked_fill}. */
  public static final Formula FILL =
      Formula.of("maskedFill", 2, 1, (x, s) -> x[1].ne(0).select(s[0], x[0]));

  private Where() {}
}
