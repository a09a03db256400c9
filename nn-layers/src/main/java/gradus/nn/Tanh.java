package gradus.nn;

import gradus.Tensor;

/** The hyperbolic tangent. */
public record Tanh() implements Layer {
  @Override
  public Tensor forward(Tensor x) {
    return F.tanh(x);
  }

  @Override
  public String toString() {
    return describe();
  }
}
