package gradus.op.elementwise;

import gradus.op.Formula;

/** 1 / sqrt(x): {@code torch.rsqrt}. */
public final class Rsqrt {
  public static final Formula OP =
      Formula.of("rsqrt", x -> x.sqrt().reciprocal())
          .derivative((x, y, g) -> g.mul(y.mul(y).mul(y)).mul(-0.5));

  private Rsqrt() {}
}
