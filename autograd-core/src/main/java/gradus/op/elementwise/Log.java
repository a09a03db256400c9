package gradus.op.elementwise;

import gradus.op.Formula;

/** Natural logarithm: {@code torch.log}. */
public final class Log {
  public static final Formula OP = Formula.of("log", x -> x.log());

  private Log() {}
}
