package gradus.op.elementwise;

import gradus.formula.Expr;
import gradus.op.Formula;

/** log(1 + exp(x)) without overflow: {@code torch.nn.functional.softplus} with beta 1. */
public final class Softplus {
  public static final Formula OP =
      Formula.of("softplus", x -> x.max(Expr.constant(0)).add(x.abs().neg().exp().log1p()))
          .derivative((x, y, g) -> g.mul(x.sigmoid()));

  private Softplus() {}
}
