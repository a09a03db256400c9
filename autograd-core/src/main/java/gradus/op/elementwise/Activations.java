package gradus.op.elementwise;

import gradus.formula.Expr;
import gradus.op.Formula;

/**
 * The functions that stand between layers, as in {@code torch.nn.functional}.
 *
 * <p>Hendrycks and Gimpel, "Gaussian Error Linear Units", 2016. Misra, "Mish: A Self Regularized
 * Non-Monotonic Activation Function", 2019.
 */
public final class Activations {
  private static final double SQRT_HALF = Math.sqrt(0.5);
  private static final double SQRT_2_OVER_PI = Math.sqrt(2 / Math.PI);

  /** 1 / (1 + exp(-x)). */
  public static final Formula SIGMOID = Formula.of("sigmoid", x -> x.sigmoid());

  /** max(x, 0), with slope 0 at 0; NaN stays. Saves the result, not the operand. */
  public static final Formula RELU =
      Formula.of("relu", x -> x.le(0).select(Expr.constant(0), x))
          .derivative((x, y, g) -> y.le(0).select(Expr.constant(0), g));

  /** x sigmoid(x), also called swish. */
  public static final Formula SILU = Formula.of("silu", x -> x.mul(x.sigmoid()));

  /** log(1 + exp(x)) without overflow, with beta 1. */
  public static final Formula SOFTPLUS =
      Formula.of("softplus", x -> x.max(Expr.constant(0)).add(x.abs().neg().exp().log1p()))
          .derivative((x, y, g) -> g.mul(x.sigmoid()));

  /** x tanh(softplus(x)). */
  public static final Formula MISH =
      Formula.of("mish", x -> x.mul(SOFTPLUS.expression().substitute(x).tanh()));

  /** x times the standard normal distribution function at x. */
  public static final Formula GELU =
      Formula.of("gelu", x -> x.mul(0.5).mul(x.mul(SQRT_HALF).erf().add(1)));

  /** GELU approximated by tanh: {@code approximate="tanh"}. */
  public static final Formula GELU_TANH =
      Formula.of(
          "geluTanh",
          x ->
              x.mul(0.5)
                  .mul(x.add(x.mul(x).mul(x).mul(0.044715)).mul(SQRT_2_OVER_PI).tanh().add(1)));

  private Activations() {}
}
