package gradus.op.elementwise;

import gradus.op.Formula;

/** log(1 + x), exact near 0: {@code torch.log1p}. */
public final class Log1p {
  public static final Formula OP = Formula.of("log1p", x -> x.log1p());

  private Log1p() {}
}
