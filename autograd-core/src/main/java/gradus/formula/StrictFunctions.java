package gradus.formula;

import org.apache.commons.math3.special.Erf;

/**
 * The composite functions in double, with the same bits on every platform: what a function means
 * where no lowering replaces it. In float they are computed in double and rounded.
 */
public final class StrictFunctions {
  private StrictFunctions() {}

  /** The value of the composite function {@code fn}; {@code b} is ignored unless it takes two. */
  public static double call(Fn fn, double a, double b) {
    return switch (fn) {
      case RINT -> rint(a);
      case FLOOR -> floor(a);
      case CEIL -> ceil(a);
      case TRUNC -> trunc(a);
      case EXP -> exp(a);
      case EXPM1 -> expm1(a);
      case LOG -> log(a);
      case LOG1P -> log1p(a);
      case TANH -> tanh(a);
      case SIGMOID -> sigmoid(a);
      case ERF -> erf(a);
      case SIN -> sin(a);
      case COS -> cos(a);
      case POW -> pow(a, b);
      default -> throw new IllegalArgumentException(fn + " is not a composite function");
    };
  }

  public static double rint(double x) {
    return StrictMath.rint(x);
  }

  public static double floor(double x) {
    return StrictMath.floor(x);
  }

  public static double ceil(double x) {
    return StrictMath.ceil(x);
  }

  public static double trunc(double x) {
    return x < 0 ? StrictMath.ceil(x) : StrictMath.floor(x);
  }

  public static double exp(double x) {
    return StrictMath.exp(x);
  }

  public static double expm1(double x) {
    return StrictMath.expm1(x);
  }

  public static double log(double x) {
    return StrictMath.log(x);
  }

  public static double log1p(double x) {
    return StrictMath.log1p(x);
  }

  public static double tanh(double x) {
    return StrictMath.tanh(x);
  }

  public static double sigmoid(double x) {
    return 1 / (1 + StrictMath.exp(-x));
  }

  public static double erf(double x) {
    // Commons Math's series does not end for NaN.
    return Double.isNaN(x) ? x : Erf.erf(x);
  }

  public static double sin(double x) {
    return StrictMath.sin(x);
  }

  public static double cos(double x) {
    return StrictMath.cos(x);
  }

  public static double pow(double x, double y) {
    return StrictMath.pow(x, y);
  }
}
