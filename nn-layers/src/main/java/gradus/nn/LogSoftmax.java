package gradus.nn;

import gradus.Tensor;

/** log(softmax(x)) along a dimension, also where softmax itself would underflow. */
public record LogSoftmax(int dim) implements Layer {
  @Override
  public Tensor forward(Tensor x) {
    return F.logSoftmax(x, dim);
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
