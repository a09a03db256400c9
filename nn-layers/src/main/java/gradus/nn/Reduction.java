package gradus.nn;

import gradus.Tensor;

/** What a loss makes of the losses of the single elements: {@code reduction} in PyTorch. */
public enum Reduction {
  /** They stay as they are. */
  NONE,
  /** Their mean; with weights of classes, the weighted mean. */
  MEAN,
  /** Their sum. */
  SUM;

  Tensor of(Tensor losses) {
    return switch (this) {
      case NONE -> losses;
      case MEAN -> losses.mean();
      case SUM -> losses.sum();
    };
  }
}
