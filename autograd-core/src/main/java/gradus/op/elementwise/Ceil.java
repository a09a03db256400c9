package gradus.op.elementwise;

import gradus.op.Formula;

/** The next whole number above: {@code torch.ceil}. */
public final class Ceil {
  public static final Formula OP = Formula.of("ceil", x -> x.ceil());

  private Ceil() {}
}
