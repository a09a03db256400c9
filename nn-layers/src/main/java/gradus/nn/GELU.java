package gradus.nn;

import gradus.Tensor;

/**
 * x times the standard normal distribution function at x. Hendrycks and Gimpel, "Gaussian Error
 * Linear Units", 2016.
 *
 * @param tanh whether to use the approximation by tanh: {@code approximate="tanh"}
 */
public record GELU(boolean tanh) implements Layer {
  /** The exact one. */
  public GELU() {
    this(false);
  }

  @Override
  public Tensor forward(Tensor x) {
    return tanh ? x.gelu("tanh") : x.gelu();
  }

  @Override
  public String settings() {
    return tanh ? "tanh" : "";
  }

  @Override
  public String toString() {
    return describe();
  }
}
