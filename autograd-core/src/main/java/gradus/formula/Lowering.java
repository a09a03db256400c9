package gradus.formula;

import java.util.List;

/**
 * Rewrites composite functions to primitives.
 *
 * <p>Primitives are correctly rounded wherever they run, and the rewriting fixes every operation
 * and its order: a lowered expression has one meaning to the last bit, in scalar code and in
 * vectors of any width. The rewritings have no branches, only selections. sin, cos and pow stay as
 * they are: the lanes call {@link StrictMath} for them, in double.
 *
 * <p>Error bounds, in units in the last place of the result: see {@code AccuracyTest}.
 */
public final class Lowering {
  private Lowering() {}

  /** The expression in primitives, sin, cos and pow, for computing in {@code precision}. */
  public static Expr of(Expr e, Precision precision) {
    return e.rewrite(node -> lower(node, precision));
  }

  /** Several expressions lowered together; what they share stays shared. */
  public static List<Expr> of(List<Expr> roots, Precision precision) {
    return roots.stream().map(e -> of(e, precision)).toList();
  }

  private static Expr lower(Expr e, Precision p) {
    return switch (e.fn()) {
      case RINT -> Rounding.rint(e.argument(0), p);
      case FLOOR -> Rounding.floor(e.argument(0), p);
      case CEIL -> Rounding.ceil(e.argument(0), p);
      case TRUNC -> Rounding.trunc(e.argument(0), p);
      case EXP -> Exponential.exp(e.argument(0), p);
      case EXPM1 -> Exponential.expm1(e.argument(0), p);
      case LOG -> Logarithm.log(e.argument(0), p);
      case LOG1P -> Logarithm.log1p(e.argument(0), p);
      case TANH -> HyperbolicTangent.tanh(e.argument(0), p);
      case SIGMOID -> Exponential.sigmoid(e.argument(0), p);
      case ERF -> ErrorFunction.erf(e.argument(0), p);
      default -> e;
    };
  }
}
