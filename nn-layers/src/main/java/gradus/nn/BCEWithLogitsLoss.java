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
    @Nullable Tensor weight, @Name("pos_weight") @Nullable Tensor posWeight, Reduce reduce)
    implements Loss {
  public BCEWithLogitsLoss() {
    this(null, null, Reduce.MEAN);
  }

  public BCEWithLogitsLoss withWeight(Tensor weight) {
    return new BCEWithLogitsLoss(weight, posWeight, reduce);
  }

  public BCEWithLogitsLoss withPosWeight(Tensor posWeight) {
    return new BCEWithLogitsLoss(weight, posWeight, reduce);
  }

  public BCEWithLogitsLoss withReduce(Reduce reduce) {
    return new BCEWithLogitsLoss(weight, posWeight, reduce);
  }

  /**
   * @throws gradus.ShapeException if the shapes differ
   */
  @Override
  public Tensor forward(Tensor input, Tensor target) {
    Loss.requireSameShape("bceWithLogits", input, target);
    Tensor tail = input.neg().softplus();
    if (posWeight != null) {
      tail = posWeight.sub(1).mul(target).add(1).mul(tail);
    }
    Tensor losses = target.rsub(1).mul(input).add(tail);
    return reduce.of(weight == null ? losses : losses.mul(weight));
  }
}
