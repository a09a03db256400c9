package gradus.op.pooling;

import gradus.DType;
import gradus.Shape;
import gradus.Tensor;
import gradus.op.Call;
import gradus.op.Op;
import org.jspecify.annotations.Nullable;

/**
 * Where in its plane each window has its first largest element, int32: the second result of {@code
 * torch.nn.functional.max_pool2d_with_indices}. NaN is larger than all numbers; padding is smaller.
 */
public record MaxPlaces(Windows windows) implements Op {
  @Override
  public String name() {
    return "maxPool%dd".formatted(windows.dimensions());
  }

  @Override
  public Shape shape(Tensor... in) {
    DType.floating(name(), in[0]);
    return windows.outputs(name(), in[0].shape());
  }

  @Override
  public DType dtype(Tensor... in) {
    return DType.INT32;
  }

  @Override
  public boolean overwrites() {
    return true;
  }

  @Override
  public void forward(Tensor[] in, Tensor out) {
    Tensor maxima = Tensor.allocate(out.shape(), in[0].dtype());
    MaxPool.search(windows, in[0].contiguous(), maxima, out);
  }

  @Override
  public @Nullable Tensor vjp(int i, Tensor g, Call call) {
    return null; // places are no numbers that could move
  }
}
