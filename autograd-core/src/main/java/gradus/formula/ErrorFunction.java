package gradus.formula;

/**
 * erf: near zero an odd polynomial, x + x R(x^2); beyond, 1 - erfc(|x|). In float erfc is the cube
 * of a polynomial in |x|, which is short because the cube root is a wider Gaussian; in double,
 * where cubing would cost too much accuracy, it is 2 to the power of a polynomial.
 */
final class ErrorFunction {
  /** For |x| up to 1.09 and 1; relative error 2^-27.7 and 2^-56.3. */
  private static final double[] FLOAT_SMALL = {
    0x1.06eba8p-3,
    -0x1.812734p-2,
    0x1.ce2ab4p-4,
    -0x1.b7cf46p-6,
    0x1.52b874p-8,
    -0x1.9a9824p-11,
    0x1.306c5ap-14
  };

  private static final double[] DOUBLE_SMALL = {
    0x1.06eba8214db69p-3, -0x1.812746b037a25p-2, 0x1.ce2f21a0458d9p-4, -0x1.b82ce31355dfep-6,
    0x1.565bcd2cbe071p-8, -0x1.c02db94c36378p-11, 0x1.f9a3bd1e57345p-14, -0x1.f4dd4ad0a783fp-17,
    0x1.ba6e54c9e2903p-20, -0x1.63c353324eabap-23, 0x1.144ed3d48d7ecp-26, -0x1.ccb4f5d6dd973p-30,
    0x1.474a3dc2e7c91p-33
  };

  /** The cube root of erfc(a) for a from 1.09 on; error of erf 2^-27.6. */
  private static final double[] FLOAT_ROOT_OF_ERFC = {
    0x1.013d2ap+0, -0x1.9af152p-2, -0x1.5b76c2p-4, -0x1.1cfba0p-5,
    0x1.5048d4p-4, -0x1.d5438cp-6, 0x1.a61eacp-10, 0x1.133ad6p-10,
    -0x1.e861d0p-13, 0x1.fb2fdap-17
  };

  /** log2(erfc(a)) for a from 1 on; error of erf 2^-57.8. */
  private static final double[] DOUBLE_LOG2_ERFC = {
    -0x1.39e56949acaa2p-22, -0x1.a0be53775df35p0, -0x1.d640904d3af2dp-1, -0x1.2f94c44980405p-3,
    0x1.c303a50d6d7cep-6, 0x1.9bf380b7e4a98p-12, -0x1.4bb76265a3ab8p-9, 0x1.d6d688d19da16p-11,
    -0x1.48be0631cac51p-15, -0x1.f7c332d743578p-14, 0x1.3d38979c0e0bdp-14, -0x1.e0e58a567f085p-16,
    0x1.0bfbcae5b485bp-17, -0x1.cec930e0c81e8p-20, 0x1.39c4b8fefe5e5p-22, -0x1.4c80a4d5d0312p-25,
    0x1.0e5950161c15ap-28, -0x1.45fa2b1f045aap-32, 0x1.12911d38e267dp-36, -0x1.204e47dbf74a5p-41,
    0x1.1bf41e4d1f259p-47
  };

  /** 2^r = 1 + r P(r) for |r| up to 1/2; relative error 2^-57.1. */
  private static final double[] DOUBLE_EXP2 = {
    0x1.62e42fefa39efp-1, 0x1.ebfbdff82c5b3p-3, 0x1.c6b08d704a26fp-5, 0x1.3b2ab6fb9dad2p-7,
    0x1.5d87fe78458edp-10, 0x1.4309131677148p-13, 0x1.ffcbfe65fbabdp-17, 0x1.62bfb4b51107cp-20,
    0x1.b52083c36c3eep-24, 0x1.e63b65fdded48p-28, 0x1.f0e68e48424cep-32
  };

  private ErrorFunction() {}

  static Expr erf(Expr x, Precision p) {
    Expr a = x.abs();
    double one = p.round(p.choose(3.95, 5.95)); // from here on the result rounds to 1
    Expr c = a.gt(one).select(Expr.constant(one), a);
    Expr tail = p == Precision.FLOAT ? cube(c) : powerOfTwo(c);
    Expr small = x.fma(near(x.square(), p), x);
    return a.lt(p.round(p.choose(1.09, 1))).select(small, x.lt(0).select(tail.neg(), tail));
  }

  private static Expr near(Expr square, Precision p) {
    return p == Precision.FLOAT
        ? Polynomial.at(square, 2, FLOAT_SMALL)
        : Polynomial.at(square, DOUBLE_SMALL);
  }

  private static Expr cube(Expr a) {
    Expr root = Polynomial.at(a, 2, FLOAT_ROOT_OF_ERFC);
    return root.square().fma(root.neg(), Expr.constant(1));
  }

  private static Expr powerOfTwo(Expr a) {
    Expr log2 = Polynomial.at(a, DOUBLE_LOG2_ERFC);
    Expr shift = Expr.constant(Precision.DOUBLE.roundingShift());
    Expr n = log2.add(shift).sub(shift);
    Expr r = log2.sub(n);
    Expr mantissa = r.fma(Polynomial.at(r, DOUBLE_EXP2), Expr.constant(1));
    return Exponential.pow2(n).fma(mantissa.neg(), Expr.constant(1));
  }
}
