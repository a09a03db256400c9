package gradus.train;

import gradus.ShapeException;
import gradus.Tensor;

/**
 * How much of the targets' variance the predictions explain, 1 - sum (y - p)^2 / sum (y - mean
 * y)^2: {@code r2_score}. Prediction and target are [n] or [n, outputs...]; of several outputs it
 * is the mean over them. Targets that are all equal count 1 if they are met exactly and else 0, as
 * in scikit-learn. NaN for fewer than two samples.
 *
 * <p>Means and squares are updated sample by sample (Welford, "Note on a Method for Calculating
 * Corrected Sums of Squares and Products", 1962), so that a large mean does not cancel them.
 */
public final class R2Score extends Metric<Double> {
  private long count;
  private double[] mean = new double[0];
  private double[] spread = new double[0]; // sum (y - mean)^2
  private double[] residual = new double[0]; // sum (y - p)^2

  public R2Score() {
    super("r2");
  }

  @Override
  public void update(Tensor prediction, Tensor target) {
    Errors errors = Errors.of(name(), prediction, target);
    if (target.rank() == 0) {
      throw new ShapeException(name() + ": needs samples [n, ...], got a single number");
    }
    int n = target.size(0);
    if (n == 0) {
      return;
    }
    int outputs = Math.toIntExact(target.numel() / n);
    if (count == 0) {
      mean = new double[outputs];
      spread = new double[outputs];
      residual = new double[outputs];
    } else if (outputs != mean.length) {
      throw new ShapeException(
          "%s: earlier samples had %d outputs, the target %s has %d; reset() begins anew"
              .formatted(name(), mean.length, target.shape(), outputs));
    }
    for (int i = 0; i < n; i++) {
      count++;
      for (int k = 0; k < outputs; k++) {
        double y = errors.actual()[i * outputs + k];
        double error = y - errors.predicted()[i * outputs + k];
        double off = y - mean[k];
        mean[k] += off / count;
        spread[k] += off * (y - mean[k]);
        residual[k] += error * error;
      }
    }
  }

  @Override
  public Double compute() {
    if (count < 2) {
      return Double.NaN;
    }
    double sum = 0;
    for (int k = 0; k < mean.length; k++) {
      sum += spread[k] == 0 ? (residual[k] == 0 ? 1 : 0) : 1 - residual[k] / spread[k];
    }
    return sum / mean.length;
  }

  @Override
  public void reset() {
    count = 0;
  }
}
