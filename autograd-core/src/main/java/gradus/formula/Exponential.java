package gradus.formula;

/**
 * exp, expm1 and the logistic function.
 *
 * <p>x = n ln 2 + r with an integer n and |r| at most ln(2) / 2, and e^x = 2^n (1 + r + r^2 P(r)).
 * ln 2 is the sum of two constants, the first short enough that its products with n are exact (Cody
 * and Waite). P is a minimax polynomial of the relative error.
 */
final class Exponential {
  private static final double LOG2_E = 0x1.71547652b82fep0;

  /** e^r = 1 + r + r^2 P(r) for |r| up to ln(2) / 2; relative error 2^-28.2 and 2^-63.5. */
  private static final double[] FLOAT_EXP = {
    0x1.fffffcp-2, 0x1.55548cp-3, 0x1.555856p-5, 0x1.123de8p-7, 0x1.6acacep-10
  };

  private static final double[] DOUBLE_EXP = {
    0x1.0000000000000p-1, 0x1.555555555555dp-3, 0x1.555555555556cp-5, 0x1.111111110e54bp-7,
    0x1.6c16c16c0a437p-10, 0x1.a01a01b5f3848p-13, 0x1.a01a01e89591bp-16, 0x1.71ddeaafed810p-19,
    0x1.27e44ab9613aep-22, 0x1.af7442a1f9b5dp-26, 0x1.20502de19d158p-29
  };

  /** e^r - 1 = r + r^2 P(r) for |r| up to 1/2; relative error 2^-27.6 and 2^-60.8. */
  private static final double[] FLOAT_EXPM1 = {
    0x1.000002p-1, 0x1.555558p-3, 0x1.5551bcp-5, 0x1.110e3ap-7, 0x1.6f4bb0p-10, 0x1.a3bdd4p-13
  };

  private static final double[] DOUBLE_EXPM1 = {
    0x1.0000000000000p-1, 0x1.5555555555555p-3, 0x1.5555555555596p-5, 0x1.11111111111fcp-7,
    0x1.6c16c16bfea1fp-10, 0x1.a01a019fd9aeep-13, 0x1.a01a020314742p-16, 0x1.71de3ae4d7effp-19,
    0x1.27e44480d8c7ep-22, 0x1.ae62fd0e06b8dp-26, 0x1.2026b3df54d8cp-29, 0x1.62d133a413584p-33
  };

  private Exponential() {}

  static Expr exp(Expr x, Precision p) {
    Expr c = atLeast(x, lowest(p));
    if (isNeverPositive(x)) {
      return ofNegative(c, p);
    }
    c = c.gt(highest(p)).select(Expr.constant(highest(p)), c);
    // 2^n as 2^(n + k) 2^-k, so that only the last product may overflow or become subnormal.
    Expr below = c.lt(0);
    int up = subnormalShift(p);
    Expr n = exponent(c, p);
    return mantissa(c, n, p)
        .mul(pow2(n.add(below.select(up, -1))))
        .mul(below.select(Math.scalb(1.0, -up), 2));
  }

  /** Whether it shows: minus a square, the exponent of a Gaussian, or minus a magnitude. */
  private static boolean isNeverPositive(Expr x) {
    if (x.fn() != Fn.NEG) {
      return false;
    }
    Expr a = x.argument(0);
    return a.fn() == Fn.ABS || (a.fn() == Fn.MUL && a.argument(0) == a.argument(1));
  }

  /** e^x for x from the lowest to 0: it cannot overflow. */
  private static Expr ofNegative(Expr x, Precision p) {
    int up = subnormalShift(p);
    Expr n = exponent(x, p);
    return mantissa(x, n, p).mul(pow2(n.add(up))).mul(Math.scalb(1.0, -up));
  }

  /**
   * With t = e^-|x|, which cannot overflow, and s = t / (1 + t): 1 - s from 0 on, t - t s below, so
   * that the rounding errors of s count for little where s is small.
   */
  static Expr sigmoid(Expr x, Precision p) {
    Expr t = ofNegative(atLeast(x.abs().neg(), lowest(p)), p);
    Expr s = t.div(t.add(1));
    Expr whole = x.lt(0).select(t, Expr.constant(1));
    return whole.fma(s.neg(), whole);
  }

  /**
   * 2^n (e^r - 1) + (2^n - 1), where n is 0 up to |x| = 1/2: with it, and only with it, the sum
   * would lose what e^r - 1 has in relative accuracy.
   */
  static Expr expm1(Expr x, Precision p) {
    double bottom = p.choose(-20, -40); // e^x is less than a quarter of the last place of 1
    Expr c = atLeast(x, bottom);
    c = c.gt(highest(p)).select(Expr.constant(highest(p)), c);
    Expr small = c.abs().lt(0.5);
    Expr n = small.select(Expr.constant(0), exponent(c, p));
    Expr r = remainder(c, n, p);
    Expr polynomial = Polynomial.at(r, p.choose(FLOAT_EXPM1, DOUBLE_EXPM1));
    Expr near = polynomial.fma(r.square(), r);
    Expr half = pow2(n.sub(1)); // 2^n itself is not finite for the largest results
    Expr inexact = n.gt(p.significandBits); // 2^n - 1 has too many digits
    Expr far =
        half.mul(r)
            .fma(
                polynomial.fma(r, Expr.constant(1)),
                inexact.select(Expr.constant(-0.5), half.sub(0.5)))
            .add(inexact.select(half, Expr.constant(0)))
            .mul(2);
    return x.eq(0).select(x, small.select(near, far)); // -0 is its own result
  }

  /** The integer nearest to x / ln 2. */
  private static Expr exponent(Expr x, Precision p) {
    Expr shift = Expr.constant(p.roundingShift());
    return x.fma(p.constant(LOG2_E), shift).sub(shift);
  }

  /** x - n ln 2. */
  private static Expr remainder(Expr x, Expr n, Precision p) {
    return n.fma(Expr.constant(-ln2Low(p)), n.fma(Expr.constant(-ln2High(p)), x));
  }

  /** The leading bits of ln 2, few enough that its product with any exponent is exact. */
  static double ln2High(Precision p) {
    return p.choose(0x1.62e4p-1, 0x1.62e42feep-1);
  }

  /** ln 2 - {@link #ln2High}. */
  static double ln2Low(Precision p) {
    return p.choose(0x1.7f7d1cp-20, 0x1.a39ef35793c76p-33);
  }

  /** e^(x - n ln 2). */
  private static Expr mantissa(Expr x, Expr n, Precision p) {
    Expr r = remainder(x, n, p);
    Expr one = Expr.constant(1);
    return Polynomial.at(r, expCoefficients(p)).fma(r, one).fma(r, one);
  }

  /** The coefficients of P in e^r = 1 + r + r^2 P(r). */
  static double[] expCoefficients(Precision p) {
    return p.choose(FLOAT_EXP, DOUBLE_EXP);
  }

  static Expr pow2(Expr n) {
    return Expr.of(Fn.POW2, n);
  }

  private static Expr atLeast(Expr x, double low) {
    return x.lt(low).select(Expr.constant(low), x);
  }

  /** From here on e^x rounds to infinity. */
  private static double highest(Precision p) {
    return p.choose(89, 710);
  }

  /** From here down e^x rounds to zero. */
  private static double lowest(Precision p) {
    return p.choose(-104, -746);
  }

  /** 2^(n + this) is normal for every n of a subnormal result. */
  private static int subnormalShift(Precision p) {
    return p == Precision.FLOAT ? 32 : 64;
  }
}
