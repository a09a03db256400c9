package gradus.op.elementwise;

import gradus.op.Formula;

/** x * sigmoid(x), also called swish: {@code torch.nn.functional.silu}. */
public final class Silu {
  public static final Formula OP = Formula.of("silu", x -> x.mul(x.sigmoid()));

  private Silu() {}
}
