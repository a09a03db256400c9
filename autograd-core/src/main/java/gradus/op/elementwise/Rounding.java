package gradus.op.elementwise;

import gradus.op.Formula;

/** Functions with whole values. Their slopes are 0, also at the steps. */
public final class Rounding {
  /** To the nearest whole number, ties to even: {@code torch.round}. */
  public static final Formula ROUND = Formula.of("round", x -> x.rint());

  /** The next whole number below: {@code torch.floor}. */
  public static final Formula FLOOR = Formula.of("floor", x -> x.floor());

  /** The next whole number above: {@code torch.ceil}. */
  public static final Formula CEIL = Formula.of("ceil", x -> x.ceil());

  /** Towards zero: {@code torch.trunc}. */
  public static final Formula TRUNC = Formula.of("trunc", x -> x.trunc());

  private Rounding() {}
}
