package gradus.nn;

import gradus.Tensor;
import gradus.op.pooling.MaxPool;
import gradus.op.pooling.Windows;

/** The largest of windows that share the input evenly: [n, c, h, w] -> [n, c, ...]. */
public record AdaptiveMaxPool2d(MaxPool pool) implements Layer {
  public AdaptiveMaxPool2d(int height, int width) {
    this(new MaxPool(Windows.adaptive(height, width)));
  }

  /** As many along each dimension. */
  public AdaptiveMaxPool2d(int n) {
    this(n, n);
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.maxPool(x, pool.windows());
  }

  @Override
  public String settings() {
    return pool.windows().toString();
  }

  @Override
  public String toString() {
    return describe();
  }
}
