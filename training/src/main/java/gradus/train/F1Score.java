package gradus.train;

/**
 * The harmonic mean of precision and recall: {@code f1_score}. Predictions and targets are those of
 * {@link Accuracy}.
 */
public final class F1Score extends ClassScore {

  /** Of several classes, the mean over them. */
  public F1Score() {
    this(Average.MACRO);
  }

  /** Of several classes. */
  public F1Score(Average average) {
    this(Decision.CLASSES, average);
  }

  private F1Score(Decision decision, Average average) {
    super("f1", decision, average);
  }

  /** Of the second of two classes, by probabilities: above 0.5. */
  public static F1Score binary() {
    return new F1Score(Decision.PROBABILITY, Average.MACRO);
  }

  /** Of the second of two classes: above {@code threshold}, which is 0 for logits. */
  public static F1Score binary(double threshold) {
    return new F1Score(Decision.threshold(threshold), Average.MACRO);
  }

  /** A new one, for which targets of this class do not count; -100 by default, as in losses. */
  public F1Score withIgnoreIndex(long ignoreIndex) {
    return new F1Score(decision.withIgnoreIndex(ignoreIndex), average);
  }

  @Override
  double score(long right, long predicted, long actual) {
    return share(2 * right, predicted + actual);
  }
}
