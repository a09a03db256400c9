package gradus.nn;

import gradus.Tensor;

/** The squared difference, elementwise. */
public record MSELoss(Reduction reduction) implements Loss {
  public MSELoss() {
    this(Reduction.MEAN);
  }

  /**
   * Losses of a result and a target of the same shape.
   *
   * @throws gradus.ShapeException if the shapes differ
   */
  @Override
  public Tensor forward(Tensor input, Tensor target) {
    return F.mseLoss(input, target, reduction);
  }

  @Override
  public String toString() {
    return describe();
  }
}
