package gradus.nn;

import gradus.Tensor;
import gradus.op.pooling.MaxPool;
import gradus.op.pooling.Windows;

/** The largest of windows that share the input evenly: [n, c, l] -> [n, c, ...]. */
public record AdaptiveMaxPool1d(MaxPool pool) implements Layer {
  public AdaptiveMaxPool1d(int n) {
    this(new MaxPool(Windows.adaptive(n)));
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
