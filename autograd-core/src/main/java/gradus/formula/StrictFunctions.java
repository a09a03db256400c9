package gradus.formula;

import org.apache.commons.math3.special.Erf;

/**
 * The composite functions in double, with the same bits on every platform: what a function means
 * where no lowering replaces it. In float they are computed in double and rounded. Most are those
 * of {@link StrictMath}; the others are here.
 */
public final class StrictFunctions {
  private StrictFunctions() {}

  /** The value of the composite function {@code fn}; {@code b} is ignored unless it takes two. */
  public static double call(Fn fn, double a, double b) {
    return switch (fn) {
      case RINT -> StrictMath.rint(a);
      case FLOOR -> StrictMath.floor(a);
      case CEIL -> StrictMath.ceil(a);
      case TRUNC -> trunc(a);
      case EXP -> StrictMath.exp(a);
      case EXPM1 -> StrictMath.expm1(a);
      case LOG -> StrictMath.log(a);
      case LOG1P -> StrictMath.log1p(a);
      case TANH -> StrictMath.tanh(a);
      case SIGMOID -> sigmoid(a);
      case ERF -> erf(a);
      case SIN -> StrictMath.sin(a);
      case COS -> StrictMath.cos(a);
      case POW -> StrictMath.pow(a, b);
      default -> throw new IllegalArgumentException(fn + " is not a composite function");
    };
  }

  /** The class whose static method of the function's name computes it. */
  public static Class<?> owner(Fn fn) {
    return switch (fn) {
      case TRUNC, SIGMOID, ERF -> StrictFunctions.class;
      case SQRT -> Math.class;
      default -> StrictMath.class;
    };
  }

  public static double trunc(double x) {
    return x < 0 ? StrictMath.ceil(x) : StrictMath.floor(x);
  }

  public static double sigmoid(double x) {
    return 1 / (1 + StrictMath.exp(-x));
  }

  public static double erf(double x) {
    // Commons Math's series does not end for NaN.
    return Double.isNaN(x) ? x : Erf.erf(x);
  }
}
