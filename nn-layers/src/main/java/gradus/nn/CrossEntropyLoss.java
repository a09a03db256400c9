package gradus.nn;

import gradus.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Cross-entropy of softmax(input): input [n, classes, d...] or [classes], not normalised. The
 * target is class indices, an integer [n, d...], or probabilities, floating with the shape of the
 * input. {@code torch.nn.CrossEntropyLoss}; as a function {@link F#crossEntropy}.
 *
 * <pre>{@code
 * Loss loss = new CrossEntropyLoss().withLabelSmoothing(0.1).withReduction(Reduction.SUM);
 * }</pre>
 *
 * @param weight a factor for each class, null for none; the mean over class indices is then the
 *     weighted mean
 * @param ignoreIndex class indices of this value do not count
 * @param labelSmoothing how much of the target is spread evenly over all classes, in [0, 1].
 *     Szegedy et al., "Rethinking the Inception Architecture", 2015
 */
public record CrossEntropyLoss(
    @Buffer @Nullable Tensor weight, long ignoreIndex, Reduction reduction, double labelSmoothing)
    implements Loss {
  public CrossEntropyLoss {
    ClassLosses.requireLabelSmoothing(labelSmoothing);
  }

  public CrossEntropyLoss() {
    this(null, -100, Reduction.MEAN, 0);
  }

  public CrossEntropyLoss withWeight(Tensor weight) {
    return new CrossEntropyLoss(weight, ignoreIndex, reduction, labelSmoothing);
  }

  public CrossEntropyLoss withIgnoreIndex(long ignoreIndex) {
    return new CrossEntropyLoss(weight, ignoreIndex, reduction, labelSmoothing);
  }

  public CrossEntropyLoss withLabelSmoothing(double labelSmoothing) {
    return new CrossEntropyLoss(weight, ignoreIndex, reduction, labelSmoothing);
  }

  public CrossEntropyLoss withReduction(Reduction reduction) {
    return new CrossEntropyLoss(weight, ignoreIndex, reduction, labelSmoothing);
  }

  /**
   * @throws gradus.DTypeException if the target is neither class indices nor probabilities
   * @throws gradus.ShapeException if its shape does not fit
   * @throws IllegalArgumentException if a target is no class
   */
  @Override
  public Tensor forward(Tensor input, Tensor target) {
    return F.crossEntropy(input, target, weight, ignoreIndex, reduction, labelSmoothing);
  }

  @Override
  public String toString() {
    return describe();
  }
}
