package gradus.train;

import gradus.DTypeException;
import gradus.Tensor;
import gradus.nn.Loss;

/** Predicted numbers and what they should be, both in double, checked as the losses do. */
record Errors(double[] predicted, double[] actual) {
  static Errors of(String metric, Tensor prediction, Tensor target) {
    if (!prediction.dtype().isFloating()) {
      throw new DTypeException(
          "%s: the prediction must be floating, got %s; are prediction and target exchanged?"
              .formatted(metric, prediction.dtype()));
    }
    Loss.requireSameShape(metric, prediction, target);
    return new Errors(prediction.detach().toDoubles(), target.detach().toDoubles());
  }
}
