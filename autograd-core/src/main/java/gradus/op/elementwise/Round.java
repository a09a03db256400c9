package gradus.op.elementwise;

import gradus.op.Formula;

/** To the nearest whole number, ties to even: {@code torch.round}. */
public final class Round {
  public static final Formula OP = Formula.of("round", x -> x.rint());

  private Round() {}
}
