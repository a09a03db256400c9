package gradus.nn;

import gradus.Tensor;

/**
 * log(1 + exp(beta x)) / beta, without overflow.
 *
 * @param beta how sharply it bends
 * @param threshold where beta x is larger, x itself is taken; infinite from the start, because the
 *     exact value needs no such device (PyTorch has 20, which differs by 2e-9)
 */
public record Softplus(double beta, double threshold) implements Layer {
  public Softplus {
    requireBeta(beta);
  }

  /** With beta = 1. */
  public Softplus() {
    this(1);
  }

  public Softplus(double beta) {
    this(beta, Double.POSITIVE_INFINITY);
  }

  static void requireBeta(double beta) {
    if (!(beta > 0)) {
      throw new IllegalArgumentException("softplus: beta must be positive, got " + beta);
    }
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.softplus(x, beta, threshold);
  }

  @Override
  public String settings() {
    return "beta=%s, threshold=%s".formatted(beta, threshold);
  }

  @Override
  public String toString() {
    return describe();
  }
}
