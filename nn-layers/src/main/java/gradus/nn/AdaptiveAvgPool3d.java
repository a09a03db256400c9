package gradus.nn;

import gradus.Tensor;
import gradus.op.pooling.AvgPool;
import gradus.op.pooling.Windows;

/** The mean of windows that share the input evenly: [n, c, d, h, w] -> [n, c, ...]. */
public record AdaptiveAvgPool3d(AvgPool pool) implements Layer {
  public AdaptiveAvgPool3d(int depth, int height, int width) {
    this(new AvgPool(Windows.adaptive(depth, height, width), 0));
  }

  /** As many along each dimension. */
  public AdaptiveAvgPool3d(int n) {
    this(n, n, n);
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.avgPool(x, pool.windows(), 0);
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
