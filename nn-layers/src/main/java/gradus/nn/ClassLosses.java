package gradus.nn;

import gradus.Shape;
import gradus.Tensor;
import gradus.op.reduction.CrossEntropy;
import org.jspecify.annotations.Nullable;

/** The losses of {@link F} whose input has a value for each class: [n, classes, d...]. */
final class ClassLosses {
  private ClassLosses() {}

  static void requireLabelSmoothing(double labelSmoothing) {
    if (!(labelSmoothing >= 0 && labelSmoothing <= 1)) {
      throw new IllegalArgumentException(
          "crossEntropy: labelSmoothing must be in [0, 1], got " + labelSmoothing);
    }
  }

  static Tensor crossEntropy(
      Tensor input,
      Tensor target,
      @Nullable Tensor weight,
      long ignoreIndex,
      Reduction reduction,
      double labelSmoothing) {
    requireLabelSmoothing(labelSmoothing);
    int axis = ClassTargets.axis("crossEntropy", input);
    boolean probabilities = target.dtype().isFloating() && target.shape().equals(input.shape());
    ClassTargets classes =
        probabilities ? null : ClassTargets.of("crossEntropy", input, target, ignoreIndex);
    if (weight != null) {
      ClassTargets.requireWeights("crossEntropy", weight, input, axis);
    }
    Tensor x = last(input, axis);
    return classes == null
        ? ofProbabilities(x, last(target, axis), weight, reduction, labelSmoothing)
        : ofClasses(x, classes, weight, reduction, labelSmoothing);
  }

  /** With a dimension behind the others. */
  private static Tensor last(Tensor x, int axis) {
    int[] order = new int[x.rank()];
    for (int d = 0; d < order.length; d++) {
      order[d] = d < axis ? d : d + 1 < order.length ? d + 1 : axis;
    }
    return axis == x.rank() - 1 ? x : x.permute(order);
  }

  /** x [n, d..., classes]. */
  private static Tensor ofClasses(
      Tensor x,
      ClassTargets classes,
      @Nullable Tensor weight,
      Reduction reduction,
      double labelSmoothing) {
    Tensor factor = classes.factors(weight, x.dtype());
    Tensor losses = each(x, classes.index(), factor);
    if (labelSmoothing > 0) {
      int n = x.size(-1);
      Tensor even = weight == null ? Tensor.full(Shape.of(n), 1, x.dtype()) : weight.to(x.dtype());
      Tensor spread = new CrossEntropy(true).applyAll(x, even.mul(labelSmoothing / n))[0];
      losses = losses.mul(1 - labelSmoothing).add(classes.counted(spread));
    }
    return reduction != Reduction.MEAN || factor == null
        ? reduction.of(losses)
        : losses.sum().div(factor.sum());
  }

  private static Tensor each(Tensor x, Tensor index, @Nullable Tensor factor) {
    return (factor == null
            ? new CrossEntropy(false).applyAll(x, index)
            : new CrossEntropy(false).applyAll(x, index, factor))
        [0];
  }

  /** The mean is over [n, d...] and knows no weights. */
  private static Tensor ofProbabilities(
      Tensor x,
      Tensor target,
      @Nullable Tensor weight,
      Reduction reduction,
      double labelSmoothing) {
    if (labelSmoothing > 0) {
      target = target.mul(1 - labelSmoothing).add(labelSmoothing / x.size(-1));
    }
    target = weight == null ? target : target.mul(weight);
    return reduction.of(new CrossEntropy(true).applyAll(x, target.to(x.dtype()))[0]);
  }

  static Tensor nll(
      Tensor input, Tensor target, @Nullable Tensor weight, long ignoreIndex, Reduction reduction) {
    ClassTargets classes = ClassTargets.of("nllLoss", input, target, ignoreIndex);
    Tensor x = input;
    if (weight != null) {
      x = x.mul(ClassTargets.alongAxis("nllLoss", weight, input, classes.axis()));
    }
    return classes.reduce(classes.counted(classes.pick(x).neg()), weight, reduction);
  }
}
