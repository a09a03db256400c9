package gradus.op.elementwise;

import gradus.op.Formula;

/** Both: {@code torch.logical_and}. */
public final class And {
  public static final Formula OP = Formula.of("logicalAnd", (a, b) -> a.ne(0).and(b.ne(0)));

  private And() {}
}
