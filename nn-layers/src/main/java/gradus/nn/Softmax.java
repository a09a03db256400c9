package gradus.nn;

import gradus.Tensor;

/** exp(x) / sum(exp(x)) along a dimension. */
public record Softmax(int dim) implements Layer {
  @Override
  public Tensor forward(Tensor x) {
    return F.softmax(x, dim);
  }

  @Override
  public String settings() {
    return "dim=" + dim;
  }

  @Override
  public String toString() {
    return describe();
  }
}
