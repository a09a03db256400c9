package gradus.nn;

import gradus.Tensor;

/** max(x, 0). */
public record ReLU() implements Layer {
  @Override
  public Tensor forward(Tensor x) {
    return F.relu(x);
  }

  @Override
  public String toString() {
    return describe();
  }
}
