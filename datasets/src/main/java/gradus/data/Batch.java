package gradus.data;

import gradus.Tensor;

/**
 * Samples side by side, along a new first dimension.
 *
 * @param input the inputs, [n, ...]
 * @param target the targets, [n, ...]; class indices are [n]
 */
public record Batch(Tensor input, Tensor target) {
  /** The number of samples. */
  public int size() {
    return input.size(0);
  }
}
