package gradus.nn;

import gradus.Autograd;
import gradus.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Binary cross-entropy of probabilities in [0, 1]. {@link BCEWithLogitsLoss} takes the values
 * before the sigmoid and is more accurate.
 *
 * @param weight factors for the elements, which broadcast; null for none
 */
public record BCELoss(@Nullable Tensor weight, Reduce reduce) implements Loss {
  private static final BinaryCrossEntropy OP = new BinaryCrossEntropy();

  public BCELoss() {
    this(null, Reduce.MEAN);
  }

  /**
   * @throws gradus.ShapeException if the shapes differ
   * @throws IllegalArgumentException if the input is no probability
   */
  @Override
  public Tensor forward(Tensor input, Tensor target) {
    Loss.requireSameShape("bce", input, target);
    if (input.numel() > 0 && !Autograd.isTransforming()) {
      double low = input.detach().min().item();
      double high = input.detach().max().item();
      if (low < 0 || high > 1) {
        throw new IllegalArgumentException(
            "bce: the input must be probabilities in [0, 1], got %s; apply sigmoid, or use bceWithLogits"
                .formatted(low < 0 ? low : high));
      }
    }
    Tensor losses = OP.apply(input, target);
    return reduce.of(weight == null ? losses : losses.mul(weight));
  }
}
