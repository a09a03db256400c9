package gradus.nn;

import gradus.Tensor;
import gradus.op.pooling.MaxPool;
import gradus.op.pooling.Windows;

/** The largest of windows that share the input evenly: [n, c, d, h, w] -> [n, c, ...]. */
public record AdaptiveMaxPool3d(MaxPool pool) implements Layer {
  public AdaptiveMaxPool3d(int depth, int height, int width) {
    this(new MaxPool(Windows.adaptive(depth, height, width)));
  }

  /** As many along each dimension. */
  public AdaptiveMaxPool3d(int n) {
    this(n, n, n);
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
