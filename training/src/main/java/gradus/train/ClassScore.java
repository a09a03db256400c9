package gradus.train;

import gradus.Tensor;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A score of each class, by how often it was predicted rightly, predicted at all, and the target:
 * what precision, recall and F1 share. A score whose divisor is 0 is 0, as in scikit-learn.
 */
abstract sealed class ClassScore extends Metric<Double>
    permits F1Score, PrecisionScore, RecallScore {
  final Decision decision;
  final Average average;
  private final SortedMap<Long, Counts> counts = new TreeMap<>();

  private static final class Counts {
    long right;
    long predicted;
    long actual;
  }

  /** A score; of two classes it is that of the second, and the average says nothing. */
  ClassScore(String name, Decision decision, Average average) {
    super(name);
    this.decision = decision;
    this.average = average;
  }

  /** The score of a class. */
  abstract double score(long right, long predicted, long actual);

  /** A quotient of counts, 0 if there is nothing to divide by. */
  static double share(long part, long whole) {
    return whole == 0 ? 0 : (double) part / whole;
  }

  @Override
  public final void update(Tensor prediction, Tensor target) {
    Decision.Decided decided = decision.decide(name(), prediction, target);
    long[] predicted = decided.predicted();
    long[] actual = decided.actual();
    for (int i = 0; i < actual.length; i++) {
      Counts of = of(actual[i]);
      of.actual++;
      if (predicted[i] == actual[i]) {
        of.right++;
        of.predicted++;
      } else {
        of(predicted[i]).predicted++;
      }
    }
  }

  private Counts of(long label) {
    return counts.computeIfAbsent(label, _ -> new Counts());
  }

  /** The score of each class that was predicted or the target. */
  public final SortedMap<Long, Double> perClass() {
    var scores = new TreeMap<Long, Double>();
    counts.forEach((label, c) -> scores.put(label, score(c)));
    return scores;
  }

  private double score(Counts c) {
    return score(c.right, c.predicted, c.actual);
  }

  /** The average, or of two classes the score of the second; NaN, if nothing was counted. */
  @Override
  public final Double compute() {
    if (counts.isEmpty()) {
      return Double.NaN;
    }
    if (decision.isBinary()) {
      Counts second = counts.get(1L);
      return second == null ? 0 : score(second);
    }
    var all = new Counts();
    double sum = 0;
    double weighted = 0;
    for (Counts c : counts.values()) {
      all.right += c.right;
      all.predicted += c.predicted;
      all.actual += c.actual;
      sum += score(c);
      weighted += score(c) * c.actual;
    }
    return switch (average) {
      case MACRO -> sum / counts.size();
      case MICRO -> score(all);
      case WEIGHTED -> weighted / all.actual;
    };
  }

  @Override
  public final void reset() {
    counts.clear();
  }
}
