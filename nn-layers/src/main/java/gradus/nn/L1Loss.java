package gradus.nn;

import gradus.Tensor;

/** The absolute difference, elementwise. */
public record L1Loss(Reduction reduction) implements Loss {
  public L1Loss() {
    this(Reduction.MEAN);
  }

  /**
   * Losses of a result and a target of the same shape.
   *
   * @throws gradus.ShapeException if the shapes differ
   */
  @Override
  public Tensor forward(Tensor input, Tensor target) {
    return F.l1Loss(input, target, reduction);
  }

  @Override
  public String toString() {
    return describe();
  }
}
