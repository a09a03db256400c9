package gradus.op.elementwise;

import gradus.op.Formula;

/** Sums, products and what else needs no function but these. */
public final class Arithmetic {
  /** a + b: {@code torch.add}. */
  public static final Formula ADD = Formula.of("add", (a, b) -> a.add(b));

  public static final Formula ADD_NUMBER = Formula.of("add", 1, 1, (x, s) -> x[0].add(s[0]));

  /** a + s b. */
  public static final Formula ADD_SCALED =
      Formula.of("add", 2, 1, (x, s) -> x[0].add(x[1].mul(s[0])));

  /** a - b: {@code torch.sub}. */
  public static final Formula SUB = Formula.of("sub", (a, b) -> a.sub(b));

  public static final Formula SUB_NUMBER = Formula.of("sub", 1, 1, (x, s) -> x[0].sub(s[0]));

  /** s - x: {@code torch.rsub}. */
  public static final Formula NUMBER_SUB = Formula.of("sub", 1, 1, (x, s) -> s[0].sub(x[0]));

  /** a * b: {@code torch.mul}. */
  public static final Formula MUL = Formula.of("mul", (a, b) -> a.mul(b));

  public static final Formula MUL_NUMBER = Formula.of("mul", 1, 1, (x, s) -> x[0].mul(s[0]));

  /** a / b, floating also for integers: {@code torch.div}. */
  public static final Formula DIV = Formula.of("div", (a, b) -> a.div(b));

  public static final Formula DIV_NUMBER = Formula.of("div", 1, 1, (x, s) -> x[0].div(s[0]));

  /** s / x. */
  public static final Formula NUMBER_DIV = Formula.of("div", 1, 1, (x, s) -> s[0].div(x[0]));

  /** -x: {@code torch.neg}. */
  public static final Formula NEG = Formula.of("neg", x -> x.neg());

  /** 1 / x: {@code torch.reciprocal}. */
  public static final Formula RECIPROCAL = Formula.of("reciprocal", x -> x.reciprocal());

  /** |x|, with slope 0 at 0: {@code torch.abs}. */
  public static final Formula ABS = Formula.of("abs", x -> x.abs());

  /** 1, 0 or -1 by sign: {@code torch.sign}. */
  public static final Formula SIGN = Formula.of("sign", x -> x.sign());

  /** x * x: {@code torch.square}. */
  public static final Formula SQUARE =
      Formula.of("square", x -> x.mul(x)).derivative((x, y, g) -> g.mul(x.mul(2)));

  /** The larger of two; equal ones share the gradient: {@code torch.maximum}. */
  public static final Formula MAXIMUM = Formula.of("maximum", (a, b) -> a.max(b));

  /** The smaller of two; equal ones share the gradient: {@code torch.minimum}. */
  public static final Formula MINIMUM = Formula.of("minimum", (a, b) -> a.min(b));

  /** Bounded to [s0, s1]; the gradient passes at the bounds: {@code torch.clamp}. */
  public static final Formula CLAMP =
      Formula.of(
          "clamp", 1, 2, (x, s) -> x[0].lt(s[0]).select(s[0], s[1].lt(x[0]).select(s[1], x[0])));

  private Arithmetic() {}
}
