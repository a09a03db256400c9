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

  /**
   * The layer at an index; negative ones count from the end, so that -1 is the last.
   *
   * @throws IndexOutOfBoundsException if there is none
   */
  public Layer get(int index) {
    int n = layers.size();
    if (index < -n || index >= n) {
      throw new IndexOutOfBoundsException(
          "Sequential: index %d is outside [%d, %d)".formatted(index, -n, n));
    }
    return layers.get(index < 0 ? index + n : index);
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
