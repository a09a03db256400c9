package gradus.formula;

/** The floating-point formats that expressions are computed in. */
public enum Precision {
  FLOAT(24, 127),
  DOUBLE(53, 1023);

  /** The bits of the significand, the hidden one included. */
  final int significandBits;

  private final int maxExponent; // of the largest finite numbers

  Precision(int significandBits, int maxExponent) {
    this.significandBits = significandBits;
    this.maxExponent = maxExponent;
  }

  /** The smallest positive number with a full significand. */
  double minNormal() {
    return Math.scalb(1.0, 1 - maxExponent);
  }

  /**
   * 1.5 * 2^(bits - 1): adding and then subtracting it rounds to the nearest integer, ties to even,
   * whatever lies within a quarter of it.
   */
  double roundingShift() {
    return Math.scalb(1.5, significandBits - 1);
  }

  /** The number of this format nearest to {@code v}. */
  double round(double v) {
    return this == FLOAT ? (float) v : v;
  }

  /** The constant of this format nearest to {@code v}. */
  Expr constant(double v) {
    return Expr.constant(round(v));
  }

  /** One of two tables of coefficients. */
  double[] choose(double[] forFloat, double[] forDouble) {
    return this == FLOAT ? forFloat : forDouble;
  }

  /** One of two numbers. */
  double choose(double forFloat, double forDouble) {
    return this == FLOAT ? forFloat : forDouble;
  }
}
