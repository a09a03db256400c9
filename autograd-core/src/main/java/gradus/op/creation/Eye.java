package gradus.op.creation;

import gradus.DType;
import gradus.Shape;
import gradus.Tensor;

/** A matrix with ones on its main diagonal and zeros elsewhere: {@code torch.eye}. */
public record Eye(Shape size, DType type) implements Constant {
  @Override
  public void forward(Tensor[] in, Tensor out) {
    int columns = size.dim(1);
    Constant.set(out, Math.min(size.dim(0), columns), columns + 1, _ -> 1);
  }
}
