package gradus.nn;

import gradus.Tensor;

/** The absolute difference, elementwise. */
public record L1Loss(Reduce reduce) implements Loss {
  public L1Loss() {
    this(Reduce.MEAN);
  }

  /**
   * Losses of a result and a target of the same shape.
   *
   * @throws gradus.ShapeException if the shapes differ
   */
  @Override
  public Tensor forward(Tensor input, Tensor target) {
    Loss.requireSameShape("l1", input, target);
    return reduce.of(input.sub(target).abs());
  }
}
