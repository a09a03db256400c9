package gradus.formula;

import static java.math.BigDecimal.ONE;
import static java.math.BigDecimal.TWO;

import java.math.BigDecimal;
import java.math.MathContext;

/** Elementary functions to about 40 digits after the point or better, from their power series. */
final class Reference {
  private static final MathContext DIGITS = new MathContext(60);
  private static final BigDecimal PI =
      new BigDecimal("3.14159265358979323846264338327950288419716939937510582097494459230781641");

  private Reference() {}

  static BigDecimal exp(BigDecimal x) {
    int halvings = Math.max(0, Math.getExponent(x.doubleValue()) + 8);
    BigDecimal r =
        x.divide(TWO.pow(halvings), DIGITS.getPrecision() + 20, DIGITS.getRoundingMode());
    BigDecimal sum = series(r).add(ONE);
    for (int i = 0; i < halvings; i++) {
      sum = sum.multiply(sum, new MathContext(DIGITS.getPrecision() + 20));
    }
    return sum;
  }

  static BigDecimal expm1(BigDecimal x) {
    return x.abs().compareTo(new BigDecimal("0.1")) < 0 ? series(x) : exp(x).subtract(ONE);
  }

  /** r + r^2 / 2 + r^3 / 6 + ... */
  private static BigDecimal series(BigDecimal r) {
    BigDecimal sum = r;
    BigDecimal term = r;
    for (int k = 2; isVisible(term, sum); k++) {
      term = term.multiply(r, DIGITS).divide(BigDecimal.valueOf(k), DIGITS);
      sum = sum.add(term);
    }
    return sum;
  }

  /**
   * Of x = 1 + f, by Newton's iteration on exp from the double logarithm, which doubles the digits.
   */
  static BigDecimal log1p(BigDecimal f) {
    BigDecimal y = new BigDecimal(StrictMath.log1p(f.doubleValue()));
    for (int i = 0; i < 2; i++) {
      BigDecimal e = expm1(y);
      y = y.add(f.subtract(e).divide(e.add(ONE), DIGITS));
    }
    return y;
  }

  static BigDecimal log(BigDecimal x) {
    double middle = StrictMath.log(x.doubleValue());
    BigDecimal y = new BigDecimal(middle);
    if (Math.abs(middle) < 0.5) {
      return log1p(x.subtract(ONE));
    }
    for (int i = 0; i < 2; i++) {
      BigDecimal e = exp(y);
      y = y.add(x.subtract(e).divide(e, DIGITS));
    }
    return y;
  }

  static BigDecimal tanh(BigDecimal x) {
    BigDecimal e = expm1(x.multiply(TWO));
    return e.divide(e.add(TWO), DIGITS);
  }

  static BigDecimal sigmoid(BigDecimal x) {
    return ONE.divide(exp(x.negate()).add(ONE), DIGITS);
  }

  /** 2 / sqrt(pi) (x - x^3 / 3 + x^5 / (5 * 2!) - ...); its terms stay below e^(x^2). */
  static BigDecimal erf(BigDecimal x) {
    BigDecimal square = x.multiply(x);
    BigDecimal power = x;
    BigDecimal sum = x;
    BigDecimal term = x;
    for (int k = 1; isVisible(term, sum); k++) {
      power = power.multiply(square, DIGITS).divide(BigDecimal.valueOf(-k), DIGITS);
      term = power.divide(BigDecimal.valueOf(2L * k + 1), DIGITS);
      sum = sum.add(term);
    }
    return sum.multiply(TWO).divide(PI.sqrt(DIGITS), DIGITS);
  }

  private static boolean isVisible(BigDecimal term, BigDecimal sum) {
    return term.signum() != 0
        && (long) term.precision() - term.scale() > (long) sum.precision() - sum.scale() - 45;
  }
}
