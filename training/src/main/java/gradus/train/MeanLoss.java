package gradus.train;

import gradus.Autograd;
import gradus.Tensor;
import gradus.nn.Loss;

/**
 * The loss of all samples: {@code new MeanLoss(F::crossEntropy)}. What a batch's mean loss adds is
 * weighted by the elements of its target, so that a smaller last batch counts less. A loss that
 * gives one number for each element ({@code Reduction.NONE}) is summed and divided by how many
 * there are. NaN, if nothing was counted.
 *
 * <p>A mean that is itself weighted, by class weights or because some targets are ignored, must be
 * given unreduced: its weights are not seen here.
 */
public final class MeanLoss extends Metric<Double> {
  private final Loss loss;
  private double sum;
  private long count;

  /** Of this loss, a mean or unreduced. */
  public MeanLoss(Loss loss) {
    super("loss");
    this.loss = loss;
  }

  @Override
  public void update(Tensor prediction, Tensor target) {
    Tensor value;
    try (var _ = Autograd.noGrad()) {
      value = loss.call(prediction, target);
    }
    if (value.rank() > 0) {
      for (double v : value.toDoubles()) {
        sum += v;
      }
      count += value.numel();
    } else if (target.numel() > 0) {
      sum += value.item() * target.numel();
      count += target.numel();
    }
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
