package gradus.op.elementwise;

import gradus.op.Formula;

/** The next whole number below: {@code torch.floor}. */
public final class Floor {
  public static final Formula OP = Formula.of("floor", x -> x.floor());

  private Floor() {}
}
