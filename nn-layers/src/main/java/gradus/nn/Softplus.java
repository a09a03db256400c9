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
    if (!(beta > 0)) {
      throw new IllegalArgumentException("Softplus: beta must be positive, got " + beta);
    }
  }

  /** With beta = 1. */
  public Softplus() {
    this(1);
  }

  public Softplus(double beta) {
    this(beta, Double.POSITIVE_INFINITY);
  }

  @Override
  public Tensor forward(Tensor x) {
    Tensor bent = beta == 1 ? x : x.mul(beta);
    Tensor y = beta == 1 ? x.softplus() : bent.softplus().div(beta);
    return threshold == Double.POSITIVE_INFINITY ? y : Tensor.where(bent.gt(threshold), x, y);
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
