package gradus.op.elementwise;

import gradus.op.Formula;

/**
 * Gaussian error linear unit: {@code torch.nn.functional.gelu}. Hendrycks and Gimpel, "Gaussian
 * Error Linear Units", 2016.
 */
public final class Gelu {
  private static final double SQRT_HALF = Math.sqrt(0.5);
  private static final double SQRT_2_OVER_PI = Math.sqrt(2 / Math.PI);

  /** x times the standard normal distribution function at x. */
  public static final Formula OP =
      Formula.of("gelu", x -> x.mul(0.5).mul(x.mul(SQRT_HALF).erf().add(1)));

  /** The approximation by tanh: {@code approximate="tanh"}. */
  public static final Formula TANH =
      Formula.of(
          "geluTanh",
          x ->
              x.mul(0.5)
                  .mul(x.add(x.mul(x).mul(x).mul(0.044715)).mul(SQRT_2_OVER_PI).tanh().add(1)));

  private Gelu() {}
}
