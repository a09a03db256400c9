package gradus.op.elementwise;

import gradus.op.Formula;

/** Square root: {@code torch.sqrt}. */
public final class Sqrt {
  public static final Formula OP = Formula.of("sqrt", x -> x.sqrt());

  private Sqrt() {}
}
