package gradus.op.elementwise;

import gradus.op.Formula;

/** Either: {@code torch.logical_or}. */
public final class Or {
  public static final Formula OP = Formula.of("logicalOr", (a, b) -> a.ne(0).or(b.ne(0)));

  private Or() {}
}
