package gradus.nn;

import gradus.Tensor;

/**
 * Loss functions with their usual settings: the mean over all elements, unless told otherwise.
 * Other settings are on the records, as in {@code new CrossEntropyLoss().withLabelSmoothing(0.1)}.
 *
 * <p>None of them broadcasts: input and target must have the same shape, or one class index for
 * each row.
 */
public final class Losses {
  private static final CrossEntropyLoss CROSS_ENTROPY = new CrossEntropyLoss();
  private static final NLLLoss NLL = new NLLLoss();
  private static final BCEWithLogitsLoss BCE_WITH_LOGITS = new BCEWithLogitsLoss();

  private Losses() {}

  /**
   * Cross-entropy of softmax(input) [n, classes, ...] with class indices [n, ...] or probabilities
   * [n, classes, ...].
   */
  public static Tensor crossEntropy(Tensor input, Tensor target) {
    return CROSS_ENTROPY.forward(input, target);
  }

  public static Tensor crossEntropy(Tensor input, Tensor target, Reduce reduce) {
    return CROSS_ENTROPY.withReduce(reduce).forward(input, target);
  }

  /**
   * Negative log-likelihood of class indices [n, ...] under log-probabilities [n, classes, ...].
   */
  public static Tensor nll(Tensor input, Tensor target) {
    return NLL.forward(input, target);
  }

  public static Tensor nll(Tensor input, Tensor target, Reduce reduce) {
    return NLL.withReduce(reduce).forward(input, target);
  }

  /** Squared differences. */
  public static Tensor mse(Tensor input, Tensor target) {
    return mse(input, target, Reduce.MEAN);
  }

  public static Tensor mse(Tensor input, Tensor target, Reduce reduce) {
    return new MSELoss(reduce).forward(input, target);
  }

  /** Absolute differences. */
  public static Tensor l1(Tensor input, Tensor target) {
    return l1(input, target, Reduce.MEAN);
  }

  public static Tensor l1(Tensor input, Tensor target, Reduce reduce) {
    return new L1Loss(reduce).forward(input, target);
  }

  /** Binary cross-entropy of probabilities. */
  public static Tensor bce(Tensor input, Tensor target) {
    return bce(input, target, Reduce.MEAN);
  }

  public static Tensor bce(Tensor input, Tensor target, Reduce reduce) {
    return new BCELoss(null, reduce).forward(input, target);
  }

  /** Binary cross-entropy of sigmoid(input), accurate for large inputs too. */
  public static Tensor bceWithLogits(Tensor input, Tensor target) {
    return BCE_WITH_LOGITS.forward(input, target);
  }

  public static Tensor bceWithLogits(Tensor input, Tensor target, Reduce reduce) {
    return BCE_WITH_LOGITS.withReduce(reduce).forward(input, target);
  }
}
