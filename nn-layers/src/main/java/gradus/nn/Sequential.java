package gradus.nn;

import gradus.Tensor;
import java.util.List;

/** Layers one after the other, named "0", "1" ... */
public record Sequential(@Name("") List<Layer> layers) implements Layer {
  public Sequential {
    layers = List.copyOf(layers);
  }

  public Sequential(Layer... layers) {
    this(List.of(layers));
  }

  /** The layer at an index. */
  public Layer get(int index) {
    return layers.get(index);
  }

  @Override
  public Tensor forward(Tensor x) {
    for (Layer layer : layers) {
      x = layer.call(x);
    }
    return x;
  }

  @Override
  public String toString() {
    return describe();
  }
}
