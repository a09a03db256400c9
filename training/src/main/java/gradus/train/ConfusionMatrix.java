package gradus.train;

import gradus.Tensor;
import java.util.Arrays;

/**
 * How often each class was taken for each: int64 [classes, classes], a row for each actual class, a
 * column for each predicted one, as scikit-learn's {@code confusion_matrix}. Predictions and
 * targets are those of {@link Accuracy}. There are as many classes as scores, or as the largest
 * class index demands.
 */
public final class ConfusionMatrix extends Metric<Tensor> {
  private static final int MOST = 46_340; // its square is the length of an array

  private final Decision decision;
  private int classes;
  private long[] counts = new long[0];

  /** Of several classes. */
  public ConfusionMatrix() {
    this(Decision.CLASSES);
  }

  private ConfusionMatrix(Decision decision) {
    super("confusion matrix");
    this.decision = decision;
  }

  /** Of two classes, by probabilities: the second above 0.5. */
  public static ConfusionMatrix binary() {
    return new ConfusionMatrix(Decision.PROBABILITY);
  }

  /** Of two classes: the second above {@code threshold}, which is 0 for logits. */
  public static ConfusionMatrix binary(double threshold) {
    return new ConfusionMatrix(Decision.threshold(threshold));
  }

  /** A new one, for which targets of this class do not count; -100 by default, as in losses. */
  public ConfusionMatrix withIgnoreIndex(long ignoreIndex) {
    return new ConfusionMatrix(decision.withIgnoreIndex(ignoreIndex));
  }

  @Override
  public void update(Tensor prediction, Tensor target) {
    Decision.Decided decided = decision.decide(name(), prediction, target);
    long[] predicted = decided.predicted();
    long[] actual = decided.actual();
    long largest =
        Math.max(Arrays.stream(predicted).max().orElse(-1), Arrays.stream(actual).max().orElse(-1));
    grow(Math.max(decided.classes(), largest + 1));
    for (int i = 0; i < actual.length; i++) {
      counts[(int) actual[i] * classes + (int) predicted[i]]++;
    }
  }

  private void grow(long wanted) {
    if (wanted <= classes) {
      return;
    }
    if (wanted > MOST) {
      throw new IllegalArgumentException(
          "%s: a table of %d classes is too large, %d are possible"
              .formatted(name(), wanted, MOST));
    }
    int n = (int) wanted;
    long[] larger = new long[n * n];
    for (int row = 0; row < classes; row++) {
      System.arraycopy(counts, row * classes, larger, row * n, classes);
    }
    counts = larger;
    classes = n;
  }

  @Override
  public Tensor compute() {
    return Tensor.of((Object) counts.clone()).reshape(classes, classes);
  }

  @Override
  public void reset() {
    classes = 0;
    counts = new long[0];
  }
}
