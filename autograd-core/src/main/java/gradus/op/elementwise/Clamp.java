package gradus.op.elementwise;

import gradus.op.Formula;

/** Bounded from below and above; the gradient passes at the bounds: {@code torch.clamp}. */
public final class Clamp {
  public static final Formula OP =
      Formula.of(
          "clamp", 1, 2, (x, s) -> x[0].lt(s[0]).select(s[0], s[1].lt(x[0]).select(s[1], x[0])));

  private Clamp() {}
}
