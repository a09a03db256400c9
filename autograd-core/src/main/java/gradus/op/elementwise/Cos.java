package gradus.op.elementwise;

import gradus.op.Formula;

/** Cosine: {@code torch.cos}. */
public final class Cos {
  public static final Formula OP = Formula.of("cos", x -> x.cos());

  private Cos() {}
}
