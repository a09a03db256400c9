package gradus.formula;

/** The roundings to an integer; they keep the sign of zero, infinities and NaN. */
final class Rounding {
  private Rounding() {}

  static Expr rint(Expr x, Precision p) {
    Expr a = x.abs();
    Expr integers = Expr.constant(Math.scalb(1.0, p.significandBits - 1)); // beyond: no fractions
    Expr r = a.add(integers).sub(integers);
    return withSignOf(x, r, a.lt(integers));
  }

  static Expr floor(Expr x, Precision p) {
    Expr r = rint(x, p);
    return x.lt(r).select(r.sub(1), r);
  }

  static Expr ceil(Expr x, Precision p) {
    return floor(x.neg(), p).neg();
  }

  static Expr trunc(Expr x, Precision p) {
    Expr a = x.abs();
    return withSignOf(x, floor(a, p), a.lt(Double.POSITIVE_INFINITY));
  }

  /** {@code magnitude} with the sign of x where {@code where} holds and x is not zero, else x. */
  private static Expr withSignOf(Expr x, Expr magnitude, Expr where) {
    return x.abs().gt(0).and(where).select(x.lt(0).select(magnitude.neg(), magnitude), x);
  }
}
