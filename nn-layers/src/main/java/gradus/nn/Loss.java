package gradus.nn;

import gradus.ShapeException;
import gradus.Tensor;

/**
 * How far a result is from what it should be. {@link F} has the losses as functions; records such
 * as {@link CrossEntropyLoss} hold their settings.
 */
@FunctionalInterface
public interface Loss extends Parameterized {
  /** The loss; to be called by {@link #call}. */
  Tensor forward(Tensor input, Tensor target);

  /** The loss, seen by hooks and observers as a call of a layer is: {@link Layer#call}. */
  default Tensor call(Tensor input, Tensor target) {
    return Layers.call(this, in -> forward(in.get(0), in.get(1)), input, target);
  }

  /**
   * Refuses to broadcast: [n, 1] against [n] would silently compare everything with everything.
   *
   * @throws ShapeException if the shapes differ
   */
  static void requireSameShape(String loss, Tensor input, Tensor target) {
    if (input.shape().equals(target.shape())) {
      return;
    }
    String hint = "; the shapes must be equal";
    if (input.shape().equals(target.shape().insert(target.rank(), 1))) {
      hint = "; use target.unsqueeze(%d)".formatted(target.rank());
    } else if (target.shape().equals(input.shape().insert(input.rank(), 1))) {
      hint = "; use target.squeeze(%d)".formatted(input.rank());
    }
    throw new ShapeException(
        "%s: input %s and target %s differ, and broadcasting them is almost always a bug%s"
            .formatted(loss, input.shape(), target.shape(), hint));
  }
}
