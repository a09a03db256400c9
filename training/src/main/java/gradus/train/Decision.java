package gradus.train;

import gradus.DType;
import gradus.DTypeException;
import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import gradus.nn.Loss;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * How a metric finds classes in predictions, and what it refuses.
 *
 * <p>Of several classes the prediction holds scores [n, classes, d...], of which the largest
 * decides, or class indices [n, d...]; the target holds class indices [n, d...]. Of two classes the
 * prediction holds one number each, which a threshold decides; the target holds 0 and 1 in the same
 * shape.
 *
 * @param threshold where the second of two classes begins; NaN if there are several
 * @param probabilities whether predictions of two classes must lie in [0, 1]
 * @param ignoreIndex targets of this class do not count
 */
record Decision(double threshold, boolean probabilities, long ignoreIndex) {
  /** As in the losses. */
  static final Decision CLASSES = new Decision(Double.NaN, false, -100);

  static final Decision PROBABILITY = new Decision(0.5, true, -100);

  static Decision threshold(double threshold) {
    if (Double.isNaN(threshold)) {
      throw new IllegalArgumentException("threshold: must be a number, got NaN");
    }
    return new Decision(threshold, false, -100);
  }

  Decision withIgnoreIndex(long ignoreIndex) {
    return new Decision(threshold, probabilities, ignoreIndex);
  }

  boolean isBinary() {
    return !Double.isNaN(threshold);
  }

  /**
   * The predicted and the actual classes of a batch, those that are ignored left out.
   *
   * @param classes how many classes there are; 0 if the predictions were class indices
   */
  record Decided(long[] predicted, long[] actual, int classes) {}

  /** Decides a batch, once all of it has been checked. */
  Decided decide(String metric, Tensor prediction, Tensor target) {
    if (isBinary()) {
      Loss.requireSameShape(metric, prediction, target);
      return counted(sides(metric, prediction), bits(metric, "target", target, ignoreIndex), 2);
    }
    if (!prediction.dtype().isFloating()) {
      Loss.requireSameShape(metric, prediction, target);
      requireIndices(metric, prediction.shape(), prediction.shape(), target);
      return counted(
          indices(metric, "predicted", prediction, Long.MAX_VALUE, 0),
          indices(metric, "target", target, Long.MAX_VALUE, ignoreIndex),
          0);
    }
    int axis = requireScores(metric, prediction, target);
    int classes = prediction.size(axis);
    long[] actual = classes(metric, target, classes);
    return counted(prediction.detach().argmax(axis).toLongs(), actual, classes);
  }

  private Decided counted(long[] predicted, long[] actual, int classes) {
    int[] kept = IntStream.range(0, actual.length).filter(i -> actual[i] != ignoreIndex).toArray();
    return kept.length == actual.length
        ? new Decided(predicted, actual, classes)
        : new Decided(
            Arrays.stream(kept).mapToLong(i -> predicted[i]).toArray(),
            Arrays.stream(kept).mapToLong(i -> actual[i]).toArray(),
            classes);
  }

  // --- several classes ---

  /**
   * Checks scores of several classes, and the target's shape and type.
   *
   * @return the dimension of the classes
   */
  static int requireScores(String metric, Tensor prediction, Tensor target) {
    if (!prediction.dtype().isFloating()) {
      throw new DTypeException(
          "%s: the prediction must be floating, got %s; are prediction and target exchanged?"
              .formatted(metric, prediction.dtype()));
    }
    int axis = prediction.rank() == 1 ? 0 : 1;
    boolean single = prediction.rank() <= 1 && prediction.shape().equals(target.shape());
    if (single || prediction.rank() == 0 || prediction.size(axis) < 2) {
      throw new ShapeException(
          ("%s: needs scores of two classes or more, [n, classes], got %s for the target %s; where"
                  + " one number stands for two classes use binary(threshold)")
              .formatted(metric, prediction.shape(), target.shape()));
    }
    requireIndices(metric, prediction.shape(), prediction.shape().remove(axis), target);
    return axis;
  }

  private static void requireIndices(
      String metric, Shape prediction, Shape expected, Tensor target) {
    boolean fits = target.shape().equals(expected);
    if (!fits || target.dtype().isFloating() || target.dtype() == DType.BOOL) {
      String message =
          "%s: the prediction %s needs class indices as target, int64 %s, got %s %s%s"
              .formatted(
                  metric,
                  prediction,
                  expected,
                  target.dtype(),
                  target.shape(),
                  advice(prediction, expected, target));
      throw fits ? new DTypeException(message) : new ShapeException(message);
    }
  }

  private static String advice(Shape prediction, Shape expected, Tensor target) {
    if (target.shape().equals(expected)) {
      return "; use target.to(DType.INT64)";
    }
    if (target.shape().equals(prediction)) {
      return "; one-hot? use target.argmax(1)";
    }
    if (target.shape().equals(expected.insert(expected.rank(), 1))) {
      return "; use target.squeeze(%d)".formatted(expected.rank());
    }
    int last = prediction.rank() - 1;
    if (last > 1 && target.shape().equals(prediction.remove(last))) {
      return "; the classes are dimension 1: use prediction.transpose(1, %d)".formatted(last);
    }
    return "";
  }

  /** The class indices of a target, each below the number of classes, or ignored. */
  long[] classes(String metric, Tensor target, int classes) {
    return indices(metric, "target", target, classes, ignoreIndex);
  }

  private static long[] indices(String metric, String what, Tensor t, long classes, long ignored) {
    long[] indices = t.toLongs();
    for (int i = 0; i < indices.length; i++) {
      long c = indices[i];
      if ((c < 0 || c >= classes) && c != ignored) {
        throw new IllegalArgumentException(
            "%s: %s value %d at position %d %s"
                .formatted(
                    metric,
                    what,
                    c,
                    i,
                    classes == Long.MAX_VALUE
                        ? "is no class index, which count from 0"
                        : "is outside [0, %d)".formatted(classes)));
      }
    }
    return indices;
  }

  // --- two classes ---

  /** On which side of the threshold each prediction lies; integers are the classes themselves. */
  private long[] sides(String metric, Tensor prediction) {
    if (!prediction.dtype().isFloating()) {
      return bits(metric, "prediction", prediction, 0);
    }
    double[] values = prediction.detach().toDoubles();
    long[] sides = new long[values.length];
    for (int i = 0; i < values.length; i++) {
      double v = values[i];
      if (probabilities && !(v >= 0 && v <= 1)) {
        throw new IllegalArgumentException(
            ("%s: the prediction at position %d is %s, no probability in [0, 1]; apply sigmoid, or"
                    + " compare logits with the threshold 0: binary(0)")
                .formatted(metric, i, v));
      }
      sides[i] = v > threshold ? 1 : 0;
    }
    return sides;
  }

  private static long[] bits(String metric, String what, Tensor t, long ignored) {
    double[] values = t.detach().toDoubles();
    long[] bits = new long[values.length];
    for (int i = 0; i < values.length; i++) {
      double v = values[i];
      if (v != 0 && v != 1 && v != ignored) {
        throw new IllegalArgumentException(
            "%s: the %s at position %d is %s, neither 0 nor 1".formatted(metric, what, i, v));
      }
      bits[i] = (long) v;
    }
    return bits;
  }
}
