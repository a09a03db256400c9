package gradus.op.elementwise;

import gradus.formula.Expr;
import gradus.op.Formula;

/** max(x, 0), slope 0 at 0, NaN stays: {@code torch.relu}. Keeps the result, not the operand. */
public final class Relu {
  public static final Formula OP =
      Formula.of("relu", x -> x.le(0).select(Expr.constant(0), x))
          .derivative((x, y, g) -> y.le(0).select(Expr.constant(0), g));

  private Relu() {}
}
