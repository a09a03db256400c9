package gradus.op.elementwise;

import gradus.op.Formula;

/** The opposite: {@code torch.logical_not}. */
public final class Not {
  public static final Formula OP = Formula.of("logicalNot", x -> x.eq(0));

  private Not() {}
}
