package gradus.op.creation;

import gradus.DType;
import gradus.Shape;
import gradus.Tensor;

/** The n numbers {@code start + i step}: {@code torch.arange}. */
public record Arange(double start, double step, int n, DType type) implements Constant {
  @Override
  public Shape size() {
    return Shape.of(n);
  }

  @Override
  public void forward(Tensor[] in, Tensor out) {
    Constant.set(out, n, 1, i -> start + i * step);
  }
}
