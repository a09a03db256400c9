package gradus.nn;

import gradus.Tensor;
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
    Tensor logs = input.logSoftmax(axis);
    if (weight != null) {
      logs = logs.mul(Classes.alongAxis("crossEntropy", weight, input, axis));
    }
    return classes == null ? ofProbabilities(logs, target, axis) : ofClasses(logs, classes);
  }

  private Tensor ofClasses(Tensor logs, Classes classes) {
    Tensor losses = classes.pick(logs).neg();
    if (labelSmoothing > 0) {
      Tensor spread = logs.mean(classes.axis()).mul(-labelSmoothing);
      losses = losses.mul(1 - labelSmoothing).add(spread);
    }
    return classes.reduce(classes.counted(losses), weight, reduce);
  }

  /** The mean is over [n, d...] and knows no weights. */
  private Tensor ofProbabilities(Tensor logs, Tensor target, int axis) {
    if (labelSmoothing > 0) {
      target = target.mul(1 - labelSmoothing).add(labelSmoothing / logs.size(axis));
    }
    return reduce.of(logs.mul(target).sum(axis).neg());
  }
}
