package gradus.op.elementwise;

import gradus.op.Formula;

/** Powers, roots, exponentials and logarithms. */
public final class Exponentials {
  /** a to the power b; x^0 is 1 with gradient 0: {@code torch.pow}. */
  public static final Formula POW = Formula.of("pow", (a, b) -> a.pow(b));

  public static final Formula POW_NUMBER = Formula.of("pow", 1, 1, (x, s) -> x[0].pow(s[0]));

  /** s to the power x. */
  public static final Formula NUMBER_POW = Formula.of("pow", 1, 1, (x, s) -> s[0].pow(x[0]));

  /** Square root: {@code torch.sqrt}. */
  public static final Formula SQRT = Formula.of("sqrt", x -> x.sqrt());

  /** 1 / sqrt(x): {@code torch.rsqrt}. */
  public static final Formula RSQRT =
      Formula.of("rsqrt", x -> x.sqrt().reciprocal())
          .derivative((x, y, g) -> g.mul(y.mul(y).mul(y)).mul(-0.5));

  /** e to the x: {@code torch.exp}. */
  public static final Formula EXP = Formula.of("exp", x -> x.exp());

  /** exp(x) - 1, exact near 0: {@code torch.expm1}. */
  public static final Formula EXPM1 = Formula.of("expm1", x -> x.expm1());

  /** Natural logarithm: {@code torch.log}. */
  public static final Formula LOG = Formula.of("log", x -> x.log());

  /** log(1 + x), exact near 0: {@code torch.log1p}. */
  public static final Formula LOG1P = Formula.of("log1p", x -> x.log1p());

  private Exponentials() {}
}
