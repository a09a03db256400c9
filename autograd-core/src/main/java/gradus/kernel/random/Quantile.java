package gradus.kernel.random;

/** Inverse distribution functions. */
final class Quantile {
  /** Numerators and denominators, the highest coefficients first. */
  private static final double[] MIDDLE = {
    2.5090809287301226727e3, 5.2264952788528545610e3,
    3.3430575583588128105e4, 2.8729085735721942674e4,
    6.7265770927008700853e4, 3.9307895800092710610e4,
    4.5921953931549871457e4, 2.1213794301586595867e4,
    1.3731693765509461125e4, 5.3941960214247511077e3,
    1.9715909503065514427e3, 6.8718700749205790830e2,
    1.3314166789178437745e2, 4.2313330701600911252e1,
    3.3871328727963666080e0, 1,
  };

  private static final double[] TAIL = {
    7.74545014278341407640e-4, 1.05075007164441684324e-9,
    2.27238449892691845833e-2, 5.47593808499534494600e-4,
    2.41780725177450611770e-1, 1.51986665636164571966e-2,
    1.27045825245236838258e0, 1.48103976427480074590e-1,
    3.64784832476320460504e0, 6.89767334985100004550e-1,
    5.76949722146069140550e0, 1.67638483018384380940e0,
    4.63033784615654529590e0, 2.05319162663775882187e0,
    1.42343711074968357734e0, 1,
  };

  private static final double[] FAR_TAIL = {
    2.01033439929228813265e-7, 2.04426310338993978564e-15,
    2.71155556874348757815e-5, 1.42151175831644588870e-7,
    1.24266094738807843860e-3, 1.84631831751005468180e-5,
    2.65321895265761230930e-2, 7.86869131145613259100e-4,
    2.96560571828504891230e-1, 1.48753612908506148525e-2,
    1.78482653991729133580e0, 1.36929880922735805310e-1,
    5.46378491116411436990e0, 5.99832206555887937690e-1,
    6.65790464350110377720e0, 1,
  };

  private Quantile() {}

  /**
   * The z that a standard normal number stays below with probability p, 0 &lt; p &lt; 1; relative
   * error about 1e-15.
   *
   * <p>Three rational functions: of q^2 = (p - 1/2)^2 in the middle, of sqrt(-log p) in the tails.
   * Wichura, "Algorithm AS 241: the percentage points of the normal distribution", Applied
   * Statistics 37, 1988 (PPND16).
   */
  static double normal(double p) {
    double q = p - 0.5;
    if (Math.abs(q) <= 0.425) {
      return ratio(MIDDLE, 0.180625 - q * q, q);
    }
    double r = Math.sqrt(-StrictMath.log(Math.min(p, 1 - p)));
    double z = r <= 5 ? ratio(TAIL, r - 1.6, 1) : ratio(FAR_TAIL, r - 5, 1);
    return q < 0 ? -z : z;
  }

  private static double ratio(double[] c, double r, double factor) {
    double num = c[0];
    double den = c[1];
    for (int i = 2; i < 16; i += 2) {
      num = num * r + c[i];
      den = den * r + c[i + 1];
    }
    return factor * num / den;
  }
}
