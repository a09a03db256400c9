package gradus.nn;

import gradus.Shape;
import gradus.Tensor;
import gradus.op.reduction.CrossEntropy;
import gradus.op.reduction.SoftCrossEntropy;
import org.jspecify.annotations.Nullable;

/**
 * Cross-entropy of softmax(input): input [n, classes, d...] or [classes], not normalised. The
 * target is class indices, an integer [n, d...], or probabilities, floating with the shape of the
 * input.
 *
 * @param weight a factor for each class, null for none; the mean over class indices is then the
 *     weighted mean
 * @param ignoreIndex class indices of this value do not count
 * @param labelSmoothing how much of the target is spread evenly over all classes, in [0, 1].
 *     Szegedy et al., "Rethinking the Inception Architecture", 2015
 */
public record CrossEntropyLoss(
    @Nullable Tensor weight, long ignoreIndex, double labelSmoothing, Reduce reduce)
    implements Loss {
  public CrossEntropyLoss {
    if (!(labelSmoothing >= 0 && labelSmoothing <= 1)) {
      throw new IllegalArgumentException(
          "crossEntropy: labelSmoothing must be in [0, 1], got " + labelSmoothing);
    }
  }

  public CrossEntropyLoss() {
    this(null, -100, 0, Reduce.MEAN);
  }

  public CrossEntropyLoss withWeight(Tensor weight) {
    return new CrossEntropyLoss(weight, ignoreIndex, labelSmoothing, reduce);
  }

  public CrossEntropyLoss withIgnoreIndex(long ignoreIndex) {
    return new CrossEntropyLoss(weight, ignoreIndex, labelSmoothing, reduce);
  }

  public CrossEntropyLoss withLabelSmoothing(double labelSmoothing) {
    return new CrossEntropyLoss(weight, ignoreIndex, labelSmoothing, reduce);
  }

  public CrossEntropyLoss withReduce(Reduce reduce) {
    return new CrossEntropyLoss(weight, ignoreIndex, labelSmoothing, reduce);
  }

  /**
   * @throws gradus.DTypeException if the target is neither class indices nor probabilities
   * @throws gradus.ShapeException if its shape does not fit
   * @throws IllegalArgumentException if a target is no class
   */
  @Override
  public Tensor forward(Tensor input, Tensor target) {
    int axis = Classes.axis("crossEntropy", input);
    boolean probabilities = target.dtype().isFloating() && target.shape().equals(input.shape());
    Classes classes = probabilities ? null : Classes.of("crossEntropy", input, target, ignoreIndex);
    if (weight != null) {
      Classes.requireWeights("crossEntropy", weight, input, axis);
    }
    Tensor x = last(input, axis);
    return classes == null ? ofProbabilities(x, last(target, axis)) : ofClasses(x, classes);
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
  private Tensor ofClasses(Tensor x, Classes classes) {
    Tensor factor = classes.factors(weight, x.dtype());
    Tensor losses = crossEntropy(x, classes.index(), factor);
    if (labelSmoothing > 0) {
      int n = x.size(-1);
      Tensor even = weight == null ? Tensor.full(Shape.of(n), 1, x.dtype()) : weight.to(x.dtype());
      Tensor spread = new SoftCrossEntropy().applyAll(x, even.mul(labelSmoothing / n))[0];
      losses = losses.mul(1 - labelSmoothing).add(classes.counted(spread));
    }
    return reduce != Reduce.MEAN || factor == null
        ? reduce.of(losses)
        : losses.sum().div(factor.sum());
  }

  private static Tensor crossEntropy(Tensor x, Tensor index, @Nullable Tensor factor) {
    return (factor == null
            ? new CrossEntropy().applyAll(x, index)
            : new CrossEntropy().applyAll(x, index, factor))
        [0];
  }

  /** The mean is over [n, d...] and knows no weights. */
  private Tensor ofProbabilities(Tensor x, Tensor target) {
    if (labelSmoothing > 0) {
      target = target.mul(1 - labelSmoothing).add(labelSmoothing / x.size(-1));
    }
    target = weight == null ? target : target.mul(weight);
    return reduce.of(new SoftCrossEntropy().applyAll(x, target.to(x.dtype()))[0]);
  }
}
