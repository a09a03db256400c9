package gradus.nn;

import gradus.Tensor;

/** x sigmoid(x), also called swish. */
public record SiLU() implements Layer {
  @Override
  public Tensor forward(Tensor x) {
    return F.silu(x);
  }

  @Override
  public String toString() {
    return describe();
  }
}
