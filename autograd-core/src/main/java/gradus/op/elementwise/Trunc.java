package gradus.op.elementwise;

import gradus.op.Formula;

/** Towards zero: {@code torch.trunc}. */
public final class Trunc {
  public static final Formula OP = Formula.of("trunc", x -> x.trunc());

  private Trunc() {}
}
