package gradus.nn;

import gradus.Tensor;

/** What becomes of the losses of the single elements. */
public enum Reduce {
  /** They stay as they are. */
  NONE,
  MEAN,
  SUM;

  Tensor of(Tensor losses) {
    return switch (this) {
      case NONE -> losses;
      case MEAN -> losses.mean();
      case SUM -> losses.sum();
    };
  }
}
