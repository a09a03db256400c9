package gradus.data;

import gradus.DTypeException;
import gradus.ShapeException;
import gradus.Tensor;
import java.util.function.UnaryOperator;

/**
 * One example of a data set: the usual kind, an input and its target.
 *
 * @param input what a network gets to see
 * @param target what it should answer: a class index (int64, shape []) or numbers
 */
public record Sample(Tensor input, Tensor target) {

  /** With another input. */
  public Sample withInput(Tensor input) {
    return new Sample(input, target);
  }

  /** With another target. */
  public Sample withTarget(Tensor target) {
    return new Sample(input, target);
  }

  /**
   * A change of samples that changes their inputs: {@code train.map(Sample.onInput(x ->
   * x.div(255)))} does what a {@code transform} does in torchvision.
   */
  public static UnaryOperator<Sample> onInput(UnaryOperator<Tensor> change) {
    return sample -> sample.withInput(change.apply(sample.input));
  }

  /**
   * The class index that the target is.
   *
   * @throws DTypeException if the target is not an integer
   * @throws ShapeException if it has more than one element
   */
  public long label() {
    String found = "label: the target must be one class index, got %s %s";
    if (target.dtype().isFloating()) {
      throw new DTypeException(found.formatted(target.dtype(), target.shape()));
    }
    if (target.numel() != 1) {
      throw new ShapeException(found.formatted(target.dtype(), target.shape()));
    }
    return target.itemLong();
  }
}
