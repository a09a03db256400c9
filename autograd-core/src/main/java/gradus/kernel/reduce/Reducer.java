package gradus.kernel.reduce;

/** What a reduction does with two elements. Each is associative up to rounding, and commutative. */
public enum Reducer {
  SUM,
  PROD,
  /** As {@link Math#min(double, double)}: NaN wins, -0 is below +0. */
  MIN,
  /** As {@link Math#max(double, double)}: NaN wins, +0 is above -0. */
  MAX;

  /** The result over no elements: the number that changes no other. */
  double identity() {
    return switch (this) {
      case SUM -> 0;
      case PROD -> 1;
      case MIN -> Double.POSITIVE_INFINITY;
      case MAX -> Double.NEGATIVE_INFINITY;
    };
  }
}
