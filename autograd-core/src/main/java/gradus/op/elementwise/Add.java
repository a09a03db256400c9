package gradus.op.elementwise;

import gradus.op.Formula;

/** Sum: {@code torch.add}. */
public final class Add {
  /** a + b. */
  public static final Formula OP = Formula.of("add", (a, b) -> a.add(b));

  /** x + s. */
  public static final Formula NUMBER = Formula.of("add", 1, 1, (x, s) -> x[0].add(s[0]));

  /** a + s b. */
  public static final Formula SCALED = Formula.of("add", 2, 1, (x, s) -> x[0].add(x[1].mul(s[0])));

  private Add() {}
}
