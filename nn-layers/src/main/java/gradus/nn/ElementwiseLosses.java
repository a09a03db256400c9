package gradus.nn;

import gradus.Autograd;
import gradus.Tensor;
import org.jspecify.annotations.Nullable;

/** The losses of {@link F} that compare an input with a target of the same shape. */
final class ElementwiseLosses {
  private static final BinaryCrossEntropy BINARY_CROSS_ENTROPY = new BinaryCrossEntropy();

  private ElementwiseLosses() {}

  static Tensor mse(Tensor input, Tensor target, Reduction reduction) {
    Loss.requireSameShape("mseLoss", input, target);
    return reduction.of(input.sub(target).square());
  }

  static Tensor l1(Tensor input, Tensor target, Reduction reduction) {
    Loss.requireSameShape("l1Loss", input, target);
    return reduction.of(input.sub(target).abs());
  }

  static Tensor binaryCrossEntropy(
      Tensor input, Tensor target, @Nullable Tensor weight, Reduction reduction) {
    Loss.requireSameShape("binaryCrossEntropy", input, target);
    if (input.numel() > 0 && !Autograd.isTransforming()) {
      double low = input.detach().min().item();
      double high = input.detach().max().item();
      if (low < 0 || high > 1) {
        throw new IllegalArgumentException(
            ("binaryCrossEntropy: the input must be probabilities in [0, 1], got %s; apply sigmoid,"
                    + " or use binaryCrossEntropyWithLogits")
                .formatted(low < 0 ? low : high));
      }
    }
    return reduced(BINARY_CROSS_ENTROPY.apply(input, target), weight, reduction);
  }

  /**
   * {@code (1 - t) x + (1 + (q - 1) t) log(1 + exp(-x))} with the weight q of positive targets t.
   */
  static Tensor binaryCrossEntropyWithLogits(
      Tensor input,
      Tensor target,
      @Nullable Tensor weight,
      Reduction reduction,
      @Nullable Tensor posWeight) {
    Loss.requireSameShape("binaryCrossEntropyWithLogits", input, target);
    Tensor tail = input.neg().softplus();
    if (posWeight != null) {
      tail = posWeight.sub(1).mul(target).add(1).mul(tail);
    }
    return reduced(target.rsub(1).mul(input).add(tail), weight, reduction);
  }

  private static Tensor reduced(Tensor losses, @Nullable Tensor weight, Reduction reduction) {
    return reduction.of(weight == null ? losses : losses.mul(weight));
  }
}
