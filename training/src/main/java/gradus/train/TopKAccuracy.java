package gradus.train;

import gradus.ShapeException;
import gradus.Tensor;
import java.util.Arrays;

/**
 * The share of targets whose class is among the k with the largest scores: {@code
 * top_k_accuracy_score}. The prediction is [n, classes, ...], the target class indices [n, ...]. Of
 * equal scores those of the lower classes come first. NaN, if nothing was counted.
 */
public final class TopKAccuracy extends Metric<Double> {
  private final int k;
  private final Decision decision;
  private long right;
  private long all;

  /**
   * Of the {@code k} largest.
   *
   * @throws IllegalArgumentException if {@code k < 1}
   */
  public TopKAccuracy(int k) {
    this(k, Decision.CLASSES);
  }

  private TopKAccuracy(int k, Decision decision) {
    super("top-%d accuracy".formatted(k));
    if (k < 1) {
      throw new IllegalArgumentException("topKAccuracy: k must be positive, got " + k);
    }
    this.k = k;
    this.decision = decision;
  }

  /** A new one, for which targets of this class do not count; -100 by default, as in losses. */
  public TopKAccuracy withIgnoreIndex(long ignoreIndex) {
    return new TopKAccuracy(k, decision.withIgnoreIndex(ignoreIndex));
  }

  @Override
  public void update(Tensor prediction, Tensor target) {
    int axis = Decision.requireScores(name(), prediction, target);
    int classes = prediction.size(axis);
    if (k > classes) {
      throw new ShapeException(
          "%s: the prediction %s has only %d classes"
              .formatted(name(), prediction.shape(), classes));
    }
    long[] actual = decision.classes(name(), target, classes);
    // [n, k, ...] against [n, 1, ...]: a target is at most one of the k.
    Tensor found = prediction.detach().topk(k, axis).indices().eq(target.unsqueeze(axis));
    Tensor counts = target.ne(decision.ignoreIndex());
    right += found.logicalAnd(counts.unsqueeze(axis)).sum().itemLong();
    all += Arrays.stream(actual).filter(c -> c != decision.ignoreIndex()).count();
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
