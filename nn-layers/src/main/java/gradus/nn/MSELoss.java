package gradus.nn;

import gradus.Tensor;

/** The squared difference, elementwise. */
public record MSELoss(Reduce reduce) implements Loss {
  public MSELoss() {
    this(Reduce.MEAN);
  }

  /**
   * Losses of a result and a target of the same shape.
   *
   * @throws gradus.ShapeException if the shapes differ
   */
  @Override
  public Tensor forward(Tensor input, Tensor target) {
    Loss.requireSameShape("mse", input, target);
    return reduce.of(input.sub(target).square());
  }
}
