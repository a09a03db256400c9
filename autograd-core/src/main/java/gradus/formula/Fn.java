package gradus.formula;

/**
 * The functions of the expression language.
 *
 * <p>Three floors. <em>Leaves</em> have no arguments. <em>Primitives</em> exist, correctly rounded,
 * both as scalar Java operations and as vector lanes, so that every way of running them gives the
 * same bits. <em>Composites</em> are rewritten to primitives by {@link Lowering} before anything
 * runs; those without a rewriting for a data type are called lane by lane through {@link
 * StrictMath}, which gives the same bits on every platform.
 */
public enum Fn {
  /** An operand, by its index. */
  ARG(0),
  /** A number given at each call (a bound, a rate), by its index. */
  SETTING(0),
  /** A number that is part of the formula. */
  CONST(0),

  ADD(2),
  SUB(2),
  MUL(2),
  DIV(2),
  NEG(1),
  ABS(1),
  /** {@code a * b + c}, rounded once. */
  FMA(3),
  /** As {@link Math#min(double, double)}: NaN wins, -0 is below +0. */
  MIN(2),
  /** As {@link Math#max(double, double)}: NaN wins, +0 is above -0. */
  MAX(2),
  SQRT(1),
  LT(2),
  LE(2),
  EQ(2),
  AND(2),
  OR(2),
  NOT(1),
  /** {@code condition ? a : b}; the branch not taken has no influence, NaN included. */
  SELECT(3),
  /** 2^n for an integral-valued n in the range of normal exponents. */
  POW2(1),
  /** Of a positive normal x: the integral-valued e with x = m 2^e and m in [sqrt(1/2), sqrt(2)). */
  EXPONENT(1),
  /** Of a positive normal x: the m of {@link #EXPONENT}. */
  MANTISSA(1),

  /** To the nearest integer, ties to even. */
  RINT(1),
  FLOOR(1),
  CEIL(1),
  TRUNC(1),
  EXP(1),
  EXPM1(1),
  LOG(1),
  LOG1P(1),
  TANH(1),
  /** 1 / (1 + exp(-x)). */
  SIGMOID(1),
  ERF(1),
  SIN(1),
  COS(1),
  /** As {@link StrictMath#pow(double, double)}: x^0 = 1 for every x, NaN included. */
  POW(2);

  private final int arity;

  Fn(int arity) {
    this.arity = arity;
  }

  /** The number of arguments. */
  public int arity() {
    return arity;
  }

  /** Whether the value is a truth value rather than a number. */
  public boolean isCondition() {
    return switch (this) {
      case LT, LE, EQ, AND, OR, NOT -> true;
      default -> false;
    };
  }

  /** Whether it is an operand, a setting or a constant. */
  public boolean isLeaf() {
    return arity == 0;
  }

  /** Whether scalar code and vector lanes compute it directly. */
  public boolean isPrimitive() {
    return compareTo(RINT) < 0;
  }
}
