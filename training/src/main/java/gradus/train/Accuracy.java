package gradus.train;

import gradus.Tensor;

/**
 * The share of predictions that are right: {@code accuracy_score}.
 *
 * <p>{@code new Accuracy()} is for several classes: the prediction holds scores [n, classes, ...],
 * of which the largest decides (the first, if several are), or class indices [n, ...]; the target
 * holds class indices [n, ...]. {@link #binary} is for two classes, and for several labels that may
 * stand together: the prediction holds one number for each 0 or 1 of the target. NaN, if nothing
 * was counted.
 */
public final class Accuracy extends Metric<Double> {
  private final Decision decision;
  private long right;
  private long all;

  /** Of several classes. */
  public Accuracy() {
    this(Decision.CLASSES);
  }

  private Accuracy(Decision decision) {
    super("accuracy");
    this.decision = decision;
  }

  /** Of two classes, by probabilities: the second above 0.5. */
  public static Accuracy binary() {
    return new Accuracy(Decision.PROBABILITY);
  }

  /** Of two classes: the second above {@code threshold}, which is 0 for logits. */
  public static Accuracy binary(double threshold) {
    return new Accuracy(Decision.threshold(threshold));
  }

  /** A new one, for which targets of this class do not count; -100 by default, as in losses. */
  public Accuracy withIgnoreIndex(long ignoreIndex) {
    return new Accuracy(decision.withIgnoreIndex(ignoreIndex));
  }

  @Override
  public void update(Tensor prediction, Tensor target) {
    Decision.Decided decided = decision.decide(name(), prediction, target);
    long[] predicted = decided.predicted();
    long[] actual = decided.actual();
    for (int i = 0; i < actual.length; i++) {
      if (predicted[i] == actual[i]) {
        right++;
      }
    }
    all += actual.length;
  }

  @Override
  public Double compute() {
    return (double) right / all;
  }

  @Override
  public void reset() {
    right = 0;
    all = 0;
  }
}
