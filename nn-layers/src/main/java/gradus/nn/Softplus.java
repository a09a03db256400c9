package gradus.nn;

import gradus.Tensor;

/**
 * log(1 + exp(beta x)) / beta. Needs no threshold beyond which it is the identity: it does not
 * overflow.
 */
public record Softplus(double beta) implements Layer {
  public Softplus {
    if (!(beta > 0)) {
      throw new IllegalArgumentException("Softplus: beta must be positive, got " + beta);
    }
  }

  /** With beta = 1. */
  public Softplus() {
    this(1);
  }

  @Override
  public Tensor forward(Tensor x) {
    return beta == 1 ? x.softplus() : x.mul(beta).softplus().div(beta);
  }

  @Override
  public String settings() {
    return "beta=" + beta;
  }

  @Override
  public String toString() {
    return describe();
  }
}
