package gradus.train;

/**
 * How many of those that belong to a class were found: {@code recall_score}. Predictions and
 * targets are those of {@link Accuracy}. A class that is never the target has recall 0.
 */
public final class RecallScore extends ClassScore {

  /** Of several classes, the mean over them. */
  public RecallScore() {
    this(Average.MACRO);
  }

  /** Of several classes. */
  public RecallScore(Average average) {
    this(Decision.CLASSES, average);
  }

  private RecallScore(Decision decision, Average average) {
    super("recall", decision, average);
  }

  /** Of the second of two classes, by probabilities: above 0.5. */
  public static RecallScore binary() {
    return new RecallScore(Decision.PROBABILITY, Average.MACRO);
  }

  /** Of the second of two classes: above {@code threshold}, which is 0 for logits. */
  public static RecallScore binary(double threshold) {
    return new RecallScore(Decision.threshold(threshold), Average.MACRO);
  }

  /** A new one, for which targets of this class do not count; -100 by default, as in losses. */
  public RecallScore withIgnoreIndex(long ignoreIndex) {
    return new RecallScore(decision.withIgnoreIndex(ignoreIndex), average);
  }

  @Override
  double score(long right, long predicted, long actual) {
    return share(right, actual);
  }
}
