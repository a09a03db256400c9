package gradus.train;

import gradus.Tensor;

/**
 * The mean of the absolute differences of all elements, summed in double: {@code
 * mean_absolute_error}. Prediction and target have the same shape. NaN, if nothing was counted.
 */
public final class MeanAbsoluteError extends Metric<Double> {
  private double sum;
  private long count;

  public MeanAbsoluteError() {
    super("mae");
  }

  @Override
  public void update(Tensor prediction, Tensor target) {
    Errors errors = Errors.of(name(), prediction, target);
    double[] predicted = errors.predicted();
    double[] actual = errors.actual();
    for (int i = 0; i < actual.length; i++) {
      sum += Math.abs(predicted[i] - actual[i]);
    }
    count += actual.length;
  }

  @Override
  public Double compute() {
    return sum / count;
  }

  @Override
  public void reset() {
    sum = 0;
    count = 0;
  }
}
