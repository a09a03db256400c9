package gradus.formula;

/**
 * log and log1p: x = 2^e (1 + f) with 1 + f in [sqrt(1/2), sqrt(2)), and log x = e ln 2 + log(1 +
 * f), where log(1 + f) = f - f^2 / 2 + f^3 P(f).
 */
final class Logarithm {
  /** Relative error of log(1 + f): 2^-28.7 and 2^-59.1, for f from sqrt(1/2) - 1 to 1/2. */
  private static final double[] FLOAT_P = {
    0x1.555548p-2, -0x1.0000a8p-2, 0x1.99a502p-3, -0x1.551a18p-3,
    0x1.230228p-3, -0x1.023f36p-3, 0x1.f1ac5cp-4, -0x1.b324bep-4,
    0x1.96ae38p-5
  };

  private static final double[] DOUBLE_P = {
    0x1.5555555555560p-2, -0x1.ffffffffffd71p-3, 0x1.9999999997359p-3, -0x1.555555557baa4p-3,
    0x1.2492492609007p-3, -0x1.ffffffe6b8348p-4, 0x1.c71c70e5121b5p-4, -0x1.99999d671ab15p-4,
    0x1.745d3d8a9bff3p-4, -0x1.555517992c183p-4, 0x1.3b0fe25e465f6p-4, -0x1.24919a848c766p-4,
    0x1.11494fb17edd6p-4, -0x1.0056d0fbdf0e9p-4, 0x1.de880196e52b5p-5, -0x1.bcf2b4f825672p-5,
    0x1.b59390280c90dp-5, -0x1.d5f6963ca51d0p-5, 0x1.c84cacf22facfp-5, -0x1.2875f5fabe6dcp-5,
    0x1.617ede9d44f9ep-7
  };

  private Logarithm() {}

  static Expr log(Expr x, Precision p) {
    Expr subnormal = x.lt(p.minNormal());
    int up = 64;
    Expr normal = subnormal.select(x.mul(Math.scalb(1.0, up)), x);
    Expr e = Expr.of(Fn.EXPONENT, normal).sub(subnormal.select(up, 0));
    Expr f = Expr.of(Fn.MANTISSA, normal).sub(1);
    return atEnds(x, 0, sum(Expr.constant(0).sub(e), f, p));
  }

  /**
   * The exponent is that of 1 + x rounded, but f = 2^-e x + (2^-e - 1) comes from x itself, rounded
   * once, so nothing of x is lost.
   */
  static Expr log1p(Expr x, Precision p) {
    // Scaled so that 1 + f lies in [3/4, 3/2), where f is exact but for the largest x.
    Expr e = Expr.of(Fn.EXPONENT, x.add(1).mul(p.constant(Math.sqrt(0.5) / 0.75)));
    // 2^-e by way of 2^(2 - e), a normal number for every e.
    Expr scale = Exponential.pow2(Expr.constant(2).sub(e)).mul(0.25);
    Expr f = x.fma(scale, Expr.constant(1).sub(scale).neg()); // -0 for x = -0
    return atEnds(x, -1, sum(Expr.constant(0).sub(e), f, p));
  }

  /**
   * log(1 + f) - minusE ln 2, with ln 2 in two parts as in {@link Exponential}. The sum of the two
   * large terms, high and f, is kept with its rounding error (Dekker's fast two-sum), so that the
   * result is rounded once but for small terms. +0 for minusE keeps the sign of f = -0.
   */
  private static Expr sum(Expr minusE, Expr f, Precision p) {
    Expr bend = f.fma(Polynomial.at(f, p.choose(FLOAT_P, DOUBLE_P)), Expr.constant(-0.5));
    Expr curve = f.square().mul(bend); // log(1 + f) - f
    Expr high = minusE.mul(-Exponential.ln2High(p));
    Expr leading = high.add(f);
    Expr lost = f.sub(leading.sub(high));
    Expr low = minusE.fma(Expr.constant(-Exponential.ln2Low(p)), curve);
    return leading.add(lost.add(low));
  }

  /** {@code inside} between {@code pole} and infinity; -infinity at the pole, NaN below it. */
  private static Expr atEnds(Expr x, double pole, Expr inside) {
    Expr finite = x.lt(Double.POSITIVE_INFINITY).select(inside, x);
    Expr outside = x.eq(Expr.constant(pole)).select(Double.NEGATIVE_INFINITY, Double.NaN);
    return x.gt(pole).select(finite, outside);
  }
}
