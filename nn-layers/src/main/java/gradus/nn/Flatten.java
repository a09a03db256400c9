package gradus.nn;

import gradus.Tensor;

/**
 * Dimensions {@code start} to {@code end} made one, both included; by default all but the first,
 * the batch.
 */
public record Flatten(int start, int end) implements Layer {
  public Flatten() {
    this(1, -1);
  }

  @Override
  public Tensor forward(Tensor x) {
    return x.flatten(start, end);
  }

  @Override
  public String settings() {
    return "start=%d, end=%d".formatted(start, end);
  }

  @Override
  public String toString() {
    return describe();
  }
}
