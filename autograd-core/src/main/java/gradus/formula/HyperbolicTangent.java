package gradus.formula;

/**
 * tanh: near zero an odd polynomial, x + x^3 P(x^2); beyond, 1 - 2 / (e^2|x| + 1), where an error
 * of the exponential weighs half or less.
 */
final class HyperbolicTangent {
  /** For |x| up to 0.6 and 0.55; relative error 2^-28.4 and 2^-64.9. */
  private static final double[] FLOAT_SMALL = {
    -0x1.55553ep-2, 0x1.1109bep-3, -0x1.b89aecp-5, 0x1.54c680p-6, -0x1.8299e2p-8
  };

  private static final double[] DOUBLE_SMALL = {
    -0x1.5555555555555p-2, 0x1.1111111111080p-3, -0x1.ba1ba1ba10e00p-5, 0x1.664f487f8d021p-6,
    -0x1.226e34cf1a074p-7, 0x1.d6d3b0ead9638p-9, -0x1.7da101ec39d76p-10, 0x1.3538ea09bc26fp-11,
    -0x1.f348400a0ee13p-13, 0x1.88cfe7435c866p-14, -0x1.111c57ecb2b7dp-15, 0x1.e4497940381ebp-18
  };

  private static final double TWO_LOG2_E = 0x1.71547652b82fep1;
  private static final double HALF_LN_2 = 0x1.62e42fefa39efp-2;

  private HyperbolicTangent() {}

  static Expr tanh(Expr x, Precision p) {
    Expr a = x.abs();
    Expr tail = large(a, p);
    Expr square = x.square();
    Expr small = x.mul(square).fma(Polynomial.at(square, p.choose(FLOAT_SMALL, DOUBLE_SMALL)), x);
    Expr result =
        a.lt(p.round(p.choose(0.6, 0.55))).select(small, x.lt(0).select(tail.neg(), tail));
    return x.eq(0).select(x, result); // -0 is its own result
  }

  /** For a of 1/2 and more. */
  private static Expr large(Expr a, Precision p) {
    double one = p.choose(10, 20); // from here on the result rounds to 1
    Expr c = a.gt(one).select(Expr.constant(one), a);
    // 2a = n ln 2 + 2r. One constant for ln 2 will do: where n is large, 2 / (e^2a + 1) is small.
    Expr shift = Expr.constant(p.roundingShift());
    Expr n = c.fma(p.constant(TWO_LOG2_E), shift).sub(shift);
    Expr r = n.fma(p.constant(-HALF_LN_2), c);
    // From e^r = 1 + r + r^2 (c0 + c1 r ...): e^2r / 2 = 1/2 + r + r^2 (2 c0 + 4 c1 r ...).
    double[] scaled = Exponential.expCoefficients(p).clone();
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] = Math.scalb(scaled[i], i + 1);
    }
    Expr half = Expr.constant(0.5);
    Expr mantissa = Polynomial.at(r, scaled).fma(r, Expr.constant(1)).fma(r, half);
    Expr denominator = Exponential.pow2(n).fma(mantissa, half); // (e^2a + 1) / 2
    return Expr.constant(1).sub(denominator.reciprocal());
  }
}
