package gradus.nn;

import gradus.Tensor;

/** 1 / (1 + exp(-x)). */
public record Sigmoid() implements Layer {
  @Override
  public Tensor forward(Tensor x) {
    return F.sigmoid(x);
  }

  @Override
  public String toString() {
    return describe();
  }
}
