package gradus.op.elementwise;

import gradus.op.Formula;

/** Whether it is NaN: {@code torch.isnan}. */
public final class IsNan {
  public static final Formula OP = Formula.of("isNan", x -> x.isNaN());

  private IsNan() {}
}
