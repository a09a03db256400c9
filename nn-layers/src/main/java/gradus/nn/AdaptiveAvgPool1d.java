package gradus.nn;

import gradus.Tensor;
import gradus.op.pooling.AvgPool;
import gradus.op.pooling.Windows;

/** The mean of windows that share the input evenly: [n, c, l] -> [n, c, ...]. */
public record AdaptiveAvgPool1d(AvgPool pool) implements Layer {
  public AdaptiveAvgPool1d(int n) {
    this(new AvgPool(Windows.adaptive(n), 0));
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
