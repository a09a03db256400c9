package gradus.nn;

import gradus.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The negative log-likelihood of class indices: input [n, classes, d...] of log-probabilities,
 * target [n, d...]; or [classes] and a single number.
 *
 * @param weight a factor for each class, null for none; the mean is then the weighted mean
 * @param ignoreIndex targets of this value do not count
 */
public record NLLLoss(@Nullable Tensor weight, long ignoreIndex, Reduce reduce) implements Loss {
  public NLLLoss() {
    this(null, -100, Reduce.MEAN);
  }

  public NLLLoss withWeight(Tensor weight) {
    return new NLLLoss(weight, ignoreIndex, reduce);
  }

  public NLLLoss withIgnoreIndex(long ignoreIndex) {
    return new NLLLoss(weight, ignoreIndex, reduce);
  }

  public NLLLoss withReduce(Reduce reduce) {
    return new NLLLoss(weight, ignoreIndex, reduce);
  }

  /**
   * @throws gradus.DTypeException if the target is not of an integer type
   * @throws gradus.ShapeException if its shape does not fit
   * @throws IllegalArgumentException if a target is no class
   */
  @Override
  public Tensor forward(Tensor input, Tensor target) {
    Classes classes = Classes.of("nll", input, target, ignoreIndex);
    Tensor x = input;
    if (weight != null) {
      x = x.mul(Classes.alongAxis("nll", weight, input, classes.axis()));
    }
    return classes.reduce(classes.counted(classes.pick(x).neg()), weight, reduce);
  }
}
