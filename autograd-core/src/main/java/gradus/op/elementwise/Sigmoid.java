package gradus.op.elementwise;

import gradus.op.Formula;

/** 1 / (1 + exp(-x)): {@code torch.sigmoid}. */
public final class Sigmoid {
  public static final Formula OP = Formula.of("sigmoid", x -> x.sigmoid());

  private Sigmoid() {}
}
