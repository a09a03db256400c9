package gradus.op.elementwise;

import gradus.op.Formula;

/** x * x: {@code torch.square}. */
public final class Square {
  public static final Formula OP =
      Formula.of("square", x -> x.mul(x)).derivative((x, y, g) -> g.mul(x.mul(2)));

  private Square() {}
}
