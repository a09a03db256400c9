package gradus.nn;

import gradus.Tensor;

/**
 * x times the standard normal distribution function at x. Hendrycks and Gimpel, "Gaussian Error
 * Linear Units", 2016.
 *
 * @param approximate "none", or "tanh" for the approximation by it
 */
public record GELU(String approximate) implements Layer {
  public GELU {
    isTanh(approximate); // refuses other words
  }

  /** The exact one. */
  public GELU() {
    this("none");
  }

  static boolean isTanh(String approximate) {
    return switch (approximate) {
      case "none" -> false;
      case "tanh" -> true;
      default ->
          throw new IllegalArgumentException(
              "gelu: approximate must be \"none\" or \"tanh\", got \"%s\"".formatted(approximate));
    };
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.gelu(x, approximate);
  }

  @Override
  public String settings() {
    return "approximate=" + approximate;
  }

  @Override
  public String toString() {
    return describe();
  }
}
