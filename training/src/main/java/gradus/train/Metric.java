package gradus.train;

import gradus.Tensor;
import java.util.Locale;

/**
 * A measure of how good predictions are, which adds up over batches: what torchmetrics and Keras
 * call a metric.
 *
 * <pre>{@code
 * var accuracy = new Accuracy();
 * for (var batch : DataLoader.of(test).batch(256)) {
 *   accuracy.update(net.call(batch.input()), batch.target());
 * }
 * IO.println(accuracy.compute());
 * }</pre>
 *
 * <p>{@link Metrics#evaluate} does this for several metrics in one pass. Batches may have any
 * sizes: the result is that of all samples together, not a mean of the batches' results. A metric
 * refuses predictions and targets that a loss refuses, and then has counted nothing of them.
 *
 * <p>A new metric extends this and writes three methods. Metrics are not made for several threads
 * at once.
 *
 * @param <R> what it computes: a {@link Double}, or a tensor of counts
 */
public abstract class Metric<R> {
  private final String name;

  /** A metric that has counted nothing. */
  protected Metric(String name) {
    this.name = name;
  }

  /** What it is called in reports and error messages. */
  public final String name() {
    return name;
  }

  /**
   * Counts the predictions of a batch. Nothing is recorded.
   *
   * @throws IllegalArgumentException if the prediction and the target do not fit
   */
  public abstract void update(Tensor prediction, Tensor target);

  /** The measure of all that was counted since the beginning or the last {@link #reset}. */
  public abstract R compute();

  /** Forgets what was counted. */
  public abstract void reset();

  /** Name and value, as {@code accuracy 0.9750}. */
  @Override
  public final String toString() {
    R value = compute();
    return value instanceof Double number
        ? String.format(Locale.ROOT, "%s %.4f", name, number)
        : name + "\n" + value;
  }
}
