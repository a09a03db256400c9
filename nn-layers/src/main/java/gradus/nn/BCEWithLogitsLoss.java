package gradus.nn;

import gradus.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Binary cross-entropy of sigmoid(x), computed from x: {@code (1 - t) x + (1 + (q - 1) t) log(1 +
 * exp(-x))} with the weight q of positive targets.
 *
 * @param weight factors for the elements, which broadcast; null for none
 * @param posWeight by how much more positive targets count, broadcasts; null for 1
 */
public record BCEWithLogitsLoss(
    @Buffer @Nullable Tensor weight,
    Reduction reduction,
    @Buffer @Name("pos_weight") @Nullable Tensor posWeight)
    implements Loss {
  public BCEWithLogitsLoss() {
    this(null, Reduction.MEAN, null);
  }

  public BCEWithLogitsLoss withWeight(Tensor weight) {
    return new BCEWithLogitsLoss(weight, reduction, posWeight);
  }

  public BCEWithLogitsLoss withPosWeight(Tensor posWeight) {
    return new BCEWithLogitsLoss(weight, reduction, posWeight);
  }

  public BCEWithLogitsLoss withReduction(Reduction reduction) {
    return new BCEWithLogitsLoss(weight, reduction, posWeight);
  }

  /**
   * @throws gradus.ShapeException if the shapes differ
   */
  @Override
  public Tensor forward(Tensor input, Tensor target) {
    return F.binaryCrossEntropyWithLogits(input, target, weight, reduction, posWeight);
  }

  @Override
  public String toString() {
    return describe();
  }
}
