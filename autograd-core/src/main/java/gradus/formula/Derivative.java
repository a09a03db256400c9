package gradus.formula;

import java.util.HashMap;
import java.util.Map;

/**
 * Symbolic differentiation of scalar expressions.
 *
 * <p>One pass from the leaves to the root carries du/dx for every node u. Structural zeros and ones
 * vanish here (0 * u is 0 even where u may be infinite: the derivative of a constant is exactly
 * zero), which {@link Expr} itself may not do. At kinks the conventions are PyTorch's: |x|' is 0 at
 * 0; equal operands of min and max share the slope evenly; comparisons and roundings have slope 0;
 * x^p at exponent 0 has slope 0.
 */
final class Derivative {
  private static final Expr ZERO = Expr.constant(0);
  private static final Expr ONE = Expr.constant(1);
  private static final double TWO_OVER_SQRT_PI = 2 / Math.sqrt(Math.PI);

  private Derivative() {}

  /** d root / d operand i. */
  static Expr of(Expr root, int operand) {
    Map<Expr, Expr> slope = new HashMap<>();
    for (Expr e : root.nodes()) {
      slope.put(e, slope(e, operand, slope));
    }
    return slope.getOrDefault(root, ZERO);
  }

  private static Expr slope(Expr y, int operand, Map<Expr, Expr> slope) {
    if (y.fn() == Fn.ARG) {
      return y.index() == operand ? ONE : ZERO;
    }
    if (y.fn().isLeaf() || y.isCondition()) {
      return ZERO;
    }
    Expr a = y.argument(0);
    Expr da = slope.getOrDefault(a, ZERO);
    if (y.arity() == 1) {
      return da == ZERO ? ZERO : times(unary(y, a), da);
    }
    Expr b = y.argument(1);
    Expr db = slope.getOrDefault(b, ZERO);
    return switch (y.fn()) {
      case ADD -> plus(da, db);
      case SUB -> plus(da, negated(db));
      case MUL -> plus(times(da, b), times(a, db));
      case DIV -> plus(over(da, b), negated(times(over(y, b), db)));
      case FMA -> plus(plus(times(da, b), times(a, db)), slope.getOrDefault(y.argument(2), ZERO));
      case MIN -> shared(a.lt(b), a, b, da, db);
      case MAX -> shared(b.lt(a), a, b, da, db);
      case SELECT -> a.select(db, slope.getOrDefault(y.argument(2), ZERO));
      case POW -> plus(times(powerSlope(a, b), da), times(exponentSlope(y, a, b), db));
      default -> throw new AssertionError("no derivative for " + y.fn());
    };
  }

  /** The derivative of a one-argument function y of a. */
  private static Expr unary(Expr y, Expr a) {
    return switch (y.fn()) {
      case NEG -> Expr.constant(-1);
      case ABS -> a.sign();
      case SQRT -> Expr.constant(0.5).div(y);
      case EXP -> y;
      case EXPM1 -> y.add(1);
      case LOG -> a.reciprocal();
      case LOG1P -> a.add(1).reciprocal();
      // (1 - y)(1 + y): no cancellation where |y| nears 1, unlike 1 - y^2.
      case TANH -> ONE.sub(y).mul(ONE.add(y));
      case SIGMOID -> y.mul(ONE.sub(y));
      case ERF -> a.square().neg().exp().mul(TWO_OVER_SQRT_PI);
      case SIN -> a.cos();
      case COS -> a.sin().neg();
      case RINT, FLOOR, CEIL, TRUNC, EXPONENT -> ZERO;
      default -> throw new AssertionError("no derivative for " + y.fn());
    };
  }

  /** d a^b / d a = b a^(b-1), and 0 where b is 0. */
  private static Expr powerSlope(Expr a, Expr b) {
    return b.eq(0).select(ZERO, b.mul(a.pow(b.sub(1))));
  }

  /** d a^b / d b = a^b ln a, and 0 where a is 0 and b is not negative: there a^b stays 0 or 1. */
  private static Expr exponentSlope(Expr y, Expr a, Expr b) {
    return a.eq(0).and(b.ge(0)).select(ZERO, y.mul(a.log()));
  }

  /**
   * The slope of a where it is chosen, of b where that is, and the mean where they are equal. A
   * slope of zero comes outermost, where {@link #times} finds it.
   */
  private static Expr shared(Expr aWins, Expr a, Expr b, Expr da, Expr db) {
    Expr equal = a.eq(b);
    Expr half = times(Expr.constant(0.5), plus(da, db));
    return db == ZERO
        ? aWins.or(equal).select(equal.select(half, da), ZERO)
        : aWins.select(da, equal.select(half, db));
  }

  static Expr plus(Expr a, Expr b) {
    return a == ZERO ? b : b == ZERO ? a : a.add(b);
  }

  static Expr negated(Expr a) {
    return times(Expr.constant(-1), a);
  }

  /** a * b, with factors of 0, 1 and -1 taken out and a choice of 0 pulled outwards. */
  static Expr times(Expr a, Expr b) {
    if (a == ZERO || b == ZERO) {
      return ZERO;
    }
    // A slope that is zero by choice stays zero whatever it multiplies: 0 * infinity is not NaN.
    if (a.fn() == Fn.SELECT && (a.argument(1) == ZERO || a.argument(2) == ZERO)) {
      return a.argument(0).select(times(a.argument(1), b), times(a.argument(2), b));
    }
    if (b.fn() == Fn.SELECT && (b.argument(1) == ZERO || b.argument(2) == ZERO)) {
      return b.argument(0).select(times(a, b.argument(1)), times(a, b.argument(2)));
    }
    if (a.isConstant(-1)) {
      return b.neg();
    }
    if (b.isConstant(-1)) {
      return a.neg();
    }
    if (a.fn() == Fn.MUL && a.argument(1).fn() == Fn.CONST && b.fn() == Fn.CONST) {
      return times(a.argument(0), a.argument(1).mul(b));
    }
    return a.mul(b);
  }

  private static Expr over(Expr a, Expr b) {
    return a == ZERO ? ZERO : a.div(b);
  }
}
