package gradus.train;

/**
 * How many of those that were taken for a class belong to it: {@code precision_score}. Predictions
 * and targets are those of {@link Accuracy}. A class that was never predicted has precision 0.
 */
public final class PrecisionScore extends ClassScore {

  /** Of several classes, the mean over them. */
  public PrecisionScore() {
    this(Average.MACRO);
  }

  /** Of several classes. */
  public PrecisionScore(Average average) {
    this(Decision.CLASSES, average);
  }

  private PrecisionScore(Decision decision, Average average) {
    super("precision", decision, average);
  }

  /** Of the second of two classes, by probabilities: above 0.5. */
  public static PrecisionScore binary() {
    return new PrecisionScore(Decision.PROBABILITY, Average.MACRO);
  }

  /** Of the second of two classes: above {@code threshold}, which is 0 for logits. */
  public static PrecisionScore binary(double threshold) {
    return new PrecisionScore(Decision.threshold(threshold), Average.MACRO);
  }

  /** A new one, for which targets of this class do not count; -100 by default, as in losses. */
  public PrecisionScore withIgnoreIndex(long ignoreIndex) {
    return new PrecisionScore(decision.withIgnoreIndex(ignoreIndex), average);
  }

  @Override
  double score(long right, long predicted, long actual) {
    return share(right, predicted);
  }
}
