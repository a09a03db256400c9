package gradus.nn;

import gradus.Autograd;
import gradus.DType;
import gradus.DTypeException;
import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Targets that are class indices, checked: for an input [n, classes, d...] one index for each [n,
 * d...]; for [classes] a single one.
 *
 * @param axis the dimension of the classes in the input
 * @param index the classes, int64, with 0 where the target is ignored
 * @param ignored where the target is ignored, bool; null if nowhere
 */
record ClassTargets(int axis, Tensor index, @Nullable Tensor ignored) {

  static ClassTargets of(String loss, Tensor input, Tensor target, long ignoreIndex) {
    int axis = axis(loss, input);
    if (target.dtype().isFloating() || target.dtype() == DType.BOOL) {
      throw new DTypeException(
          "%s: the target must be class indices of int64%s, got %s %s; use target.to(DType.INT64)"
              .formatted(
                  loss,
                  loss.equals("crossEntropy")
                      ? ", or probabilities with the shape of the input " + input.shape()
                      : "",
                  target.dtype(),
                  target.shape()));
    }
    Shape expected = input.shape().remove(axis);
    if (!target.shape().equals(expected)) {
      throw new ShapeException(
          "%s: input %s needs class indices %s, got %s%s"
              .formatted(
                  loss, input.shape(), expected, target.shape(), hint(axis, input, target)));
    }
    Tensor dense = target.to(DType.INT64).contiguous();
    if (Autograd.isTransforming()) { // the operator checks the classes
      Tensor ignored = dense.eq(ignoreIndex);
      return new ClassTargets(axis, dense.maskedFill(ignored, 0), ignored);
    }
    int classes = input.size(axis);
    boolean any = false;
    long[] indices = dense.storage().longs();
    for (int i = 0; i < dense.numel(); i++) {
      long c = indices[dense.offset() + i];
      if (c == ignoreIndex) {
        any = true;
      } else if (c < 0 || c >= classes) {
        throw new IllegalArgumentException(
            "%s: target value %d at position %d is outside [0, %d) for input %s"
                .formatted(loss, c, i, classes, input.shape()));
      }
    }
    Tensor ignored = any ? dense.eq(ignoreIndex) : null;
    return new ClassTargets(axis, ignored == null ? dense : dense.maskedFill(ignored, 0), ignored);
  }

  /** What the caller may have meant by a target of another shape. */
  private static String hint(int axis, Tensor input, Tensor target) {
    Shape x = input.shape();
    Shape t = target.shape();
    if (t.equals(x)) {
      return "; if it is one-hot, use target.argmax(%d)".formatted(axis);
    }
    if (t.equals(x.with(axis, 1))) {
      return "; use target.squeeze(%d)".formatted(axis);
    }
    int last = x.rank() - 1;
    if (last > 1 && t.equals(x.remove(last))) {
      return "; classes are dimension 1: if the input has them last, use input.flatten(0, %d) and target.flatten()"
          .formatted(last - 1);
    }
    return "";
  }

  /** The dimension of the classes. */
  static int axis(String loss, Tensor input) {
    if (!input.dtype().isFloating()) {
      throw new DTypeException(
          "%s: the input must be floating, got %s; are input and target exchanged?"
              .formatted(loss, input.dtype()));
    }
    if (input.rank() == 0) {
      throw new ShapeException(
          "%s: the input must be [classes] or [n, classes, ...], got a single number"
              .formatted(loss));
    }
    return input.rank() == 1 ? 0 : 1;
  }

  /** Of [n, classes, d...] the element of each target's class, [n, d...]. */
  Tensor pick(Tensor x) {
    return x.gather(axis, index.unsqueeze(axis)).squeeze(axis);
  }

  /** The weight of each target's class. */
  Tensor weights(Tensor weight) {
    return weight.indexSelect(0, index.reshape(-1)).reshape(index.shape());
  }

  /** Zero where the target is ignored. */
  Tensor counted(Tensor losses) {
    return ignored == null ? losses : losses.maskedFill(ignored, 0);
  }

  /** What each loss is multiplied by, 0 where the target is ignored; null for 1 everywhere. */
  @Nullable Tensor factors(@Nullable Tensor weight, DType dtype) {
    if (weight == null) {
      return ignored == null ? null : ignored.logicalNot().to(dtype);
    }
    return counted(weights(weight).to(dtype));
  }

  /**
   * Reduces losses that are weighted and zero where ignored. The mean divides by the sum of the
   * weights of the targets that count.
   */
  Tensor reduce(Tensor losses, @Nullable Tensor weight, Reduction reduction) {
    Tensor factors = reduction == Reduction.MEAN ? factors(weight, losses.dtype()) : null;
    return factors == null ? reduction.of(losses) : losses.sum().div(factors.sum());
  }

  static void requireWeights(String loss, Tensor weight, Tensor input, int axis) {
    if (weight.rank() != 1 || weight.size(0) != input.size(axis)) {
      throw new ShapeException(
          "%s: input %s needs a weight for each class [%d], got %s"
              .formatted(loss, input.shape(), input.size(axis), weight.shape()));
    }
  }

  /** The weights of the classes as they broadcast over the input. */
  static Tensor alongAxis(String loss, Tensor weight, Tensor input, int axis) {
    requireWeights(loss, weight, input, axis);
    int[] dims = new int[input.rank() - axis];
    Arrays.fill(dims, 1);
    dims[0] = weight.size(0);
    return weight.reshape(dims);
  }
}
