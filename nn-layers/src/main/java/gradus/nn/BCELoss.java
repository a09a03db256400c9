package gradus.nn;

import gradus.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Binary cross-entropy of probabilities in [0, 1]. {@link BCEWithLogitsLoss} takes the values
 * before the sigmoid and is more accurate.
 *
 * @param weight factors for the elements, which broadcast; null for none
 */
public record BCELoss(@Buffer @Nullable Tensor weight, Reduction reduction) implements Loss {
  public BCELoss() {
    this(null, Reduction.MEAN);
  }

  public BCELoss withWeight(Tensor weight) {
    return new BCELoss(weight, reduction);
  }

  public BCELoss withReduction(Reduction reduction) {
    return new BCELoss(weight, reduction);
  }

  /**
   * @throws gradus.ShapeException if the shapes differ
   * @throws IllegalArgumentException if the input is no probability
   */
  @Override
  public Tensor forward(Tensor input, Tensor target) {
    return F.binaryCrossEntropy(input, target, weight, reduction);
  }

  @Override
  public String toString() {
    return describe();
  }
}
