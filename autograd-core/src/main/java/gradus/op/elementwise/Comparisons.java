package gradus.op.elementwise;

import gradus.op.Formula;

/** Comparisons with a tensor or a number; the results are bool. */
public final class Comparisons {
  /** a == b: {@code torch.eq}. */
  public static final Formula EQ = Formula.of("eq", (a, b) -> a.eq(b));

  public static final Formula EQ_NUMBER = Formula.of("eq", 1, 1, (x, s) -> x[0].eq(s[0]));

  /** a != b: {@code torch.ne}. */
  public static final Formula NE = Formula.of("ne", (a, b) -> a.ne(b));

  public static final Formula NE_NUMBER = Formula.of("ne", 1, 1, (x, s) -> x[0].ne(s[0]));

  /** a &lt; b: {@code torch.lt}. */
  public static final Formula LT = Formula.of("lt", (a, b) -> a.lt(b));

  public static final Formula LT_NUMBER = Formula.of("lt", 1, 1, (x, s) -> x[0].lt(s[0]));

  /** a &lt;= b: {@code torch.le}. */
  public static final Formula LE = Formula.of("le", (a, b) -> a.le(b));

  public static final Formula LE_NUMBER = Formula.of("le", 1, 1, (x, s) -> x[0].le(s[0]));

  /** a &gt; b: {@code torch.gt}. */
  public static final Formula GT = Formula.of("gt", (a, b) -> a.gt(b));

  public static final Formula GT_NUMBER = Formula.of("gt", 1, 1, (x, s) -> x[0].gt(s[0]));

  /** a &gt;= b: {@code torch.ge}. */
  public static final Formula GE = Formula.of("ge", (a, b) -> a.ge(b));

  public static final Formula GE_NUMBER = Formula.of("ge", 1, 1, (x, s) -> x[0].ge(s[0]));

  /** Whether x is NaN: {@code torch.isnan}. */
  public static final Formula IS_NAN = Formula.of("isnan", x -> x.isNaN());

  private Comparisons() {}
}
