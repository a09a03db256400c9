package gradus.op.creation;

import gradus.DType;
import gradus.Shape;
import gradus.Tensor;

/**
 * n numbers at equal distances, from {@code start} to {@code end} with both: {@code
 * torch.linspace}. They are counted from the nearer end, so that the last is exact.
 */
public record Linspace(double start, double end, int n, DType type) implements Constant {
  @Override
  public Shape size() {
    return Shape.of(n);
  }

  @Override
  public void forward(Tensor[] in, Tensor out) {
    double step = n > 1 ? (end - start) / (n - 1) : 0;
    Constant.set(out, n, 1, i -> i < n / 2 || n == 1 ? start + i * step : end - (n - 1 - i) * step);
  }
}
