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
    if (!approximate.equals("none") && !approximate.equals("tanh")) {
      throw new IllegalArgumentException(
          "GELU: approximate must be \"none\" or \"tanh\", got \"%s\"".formatted(approximate));
    }
  }

  /** The exact one. */
  public GELU() {
    this("none");
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
