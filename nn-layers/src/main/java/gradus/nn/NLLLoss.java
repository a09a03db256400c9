package gradus.nn;

import gradus.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The negative log-likelihood of class indices: input [n, classes, d...] of log-probabilities,
 * target [n, d...]; or [classes] and a single number.
 *
 * @param weight a factor for each class, null for none; the mean is then the weighted mean
 * @param ignoreIndex targets of this value do not count
 */
public record NLLLoss(@Buffer @Nullable Tensor weight, long ignoreIndex, Reduction reduction) implements Loss {
  public NLLLoss() {
    this(null, -100, Reduction.MEAN);
  }

  public NLLLoss withWeight(Tensor weight) {
    return new NLLLoss(weight, ignoreIndex, reduction);
  }

  public NLLLoss withIgnoreIndex(long ignoreIndex) {
    return new NLLLoss(weight, ignoreIndex, reduction);
  }

  public NLLLoss withReduction(Reduction reduction) {
    return new NLLLoss(weight, ignoreIndex, reduction);
  }

  /**
   * @throws gradus.DTypeException if the target is not of an integer type
   * @throws gradus.ShapeException if its shape does not fit
   * @throws IllegalArgumentException if a target is no class
   */
  @Override
  public Tensor forward(Tensor input, Tensor target) {
    return F.nllLoss(input, target, weight, ignoreIndex, reduction);
  }

  @Override
  public String toString() {
    return describe();
  }
}
