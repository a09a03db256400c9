package gradus.op.elementwise;

import gradus.op.Formula;

/** 1 / x: {@code torch.reciprocal}. */
public final class Reciprocal {
  public static final Formula OP = Formula.of("reciprocal", x -> x.reciprocal());

  private Reciprocal() {}
}
