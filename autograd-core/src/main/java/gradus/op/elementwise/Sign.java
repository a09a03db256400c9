package gradus.op.elementwise;

import gradus.op.Formula;

/** 1, 0 or -1 by sign: {@code torch.sign}. */
public final class Sign {
  public static final Formula OP = Formula.of("sign", x -> x.sign());

  private Sign() {}
}
