package gradus.op.elementwise;

import gradus.op.Formula;

/** Truth values, which are numbers other than zero, and choices by them. */
public final class Logic {
  /** Both: {@code torch.logical_and}. */
  public static final Formula AND = Formula.of("logicalAnd", (a, b) -> a.ne(0).and(b.ne(0)));

  /** Either: {@code torch.logical_or}. */
  public static final Formula OR = Formula.of("logicalOr", (a, b) -> a.ne(0).or(b.ne(0)));

  /** The opposite: {@code torch.logical_not}. */
  public static final Formula NOT = Formula.of("logicalNot", x -> x.eq(0));

  /** a where c holds, else b; what is not chosen never matters: {@code torch.where}. */
  public static final Formula WHERE = Formula.of("where", (c, a, b) -> c.ne(0).select(a, b));

  /** x, or s where the condition holds: {@code torch.masked_fill}. */
  public static final Formula MASKED_FILL =
      Formula.of("maskedFill", 2, 1, (x, s) -> x[1].ne(0).select(s[0], x[0]));

  private Logic() {}
}
