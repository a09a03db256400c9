package gradus.data;

import gradus.DType;
import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import java.util.List;
import java.util.Objects;

/**
 * Samples that lie in two tensors, one row each: {@code torch.utils.data.TensorDataset}. A sample
 * is a view of its rows, a batch one copy.
 *
 * @param inputs [n, ...]
 * @param targets [n, ...]; class indices are int64 [n]
 * @param classes what the class indices stand for; empty if the targets are no classes
 */
public record TensorDataset(Tensor inputs, Tensor targets, List<String> classes)
    implements Dataset<Sample> {

  /**
   * @throws ShapeException if the tensors do not have equally many rows
   * @throws IllegalArgumentException if a target is not the index of a class
   */
  public TensorDataset {
    if (inputs.rank() == 0 || targets.rank() == 0 || inputs.size(0) != targets.size(0)) {
      throw new ShapeException(
          "dataset: inputs and targets must have one row for each sample, got %s and %s"
              .formatted(inputs.shape(), targets.shape()));
    }
    inputs = inputs.detach().contiguous();
    targets = targets.detach().contiguous();
    classes = List.copyOf(classes);
    if (!classes.isEmpty()) {
      requireClasses(targets, classes);
    }
  }

  /** Samples whose targets are no classes, or classes without names. */
  public TensorDataset(Tensor inputs, Tensor targets) {
    this(inputs, targets, List.of());
  }

  private static void requireClasses(Tensor targets, List<String> classes) {
    if (targets.dtype() != DType.INT64 || targets.rank() != 1) {
      throw new IllegalArgumentException(
          "dataset: class indices must be int64 [n], got %s %s"
              .formatted(targets.dtype(), targets.shape()));
    }
    long[] labels = targets.toLongs();
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0 || labels[i] >= classes.size()) {
        throw new IllegalArgumentException(
            "dataset: target %d of sample %d is outside [0, %d), there are %d classes: %s"
                .formatted(labels[i], i, classes.size(), classes.size(), classes));
      }
    }
  }

  @Override
  public int size() {
    return inputs.size(0);
  }

  @Override
  public Sample get(int index) {
    Objects.checkIndex(index, size());
    return new Sample(inputs.select(0, index), targets.select(0, index));
  }

  /** One copy of the rows, which {@link Batch#of(List)} takes as it is. */
  @Override
  public List<Sample> samples(int... indices) {
    Tensor index = Tensor.of(indices, DType.INT32);
    return new Rows(new Batch(inputs.indexSelect(0, index), targets.indexSelect(0, index)));
  }

  /** As {@link #split(double)}, with every class in both sets in the same proportion. */
  public Split<Sample> stratifiedSplit(double fraction) {
    return stratifiedSplit(fraction, Sample::label);
  }

  /**
   * The same samples with inputs of another shape, as views: {@code reshape(1, 8, 8)} makes images
   * of rows of 64 numbers.
   *
   * @throws ShapeException if the number of elements differs
   */
  public TensorDataset reshape(int... dims) {
    int[] whole = Shape.of(dims).insert(0, size()).dims();
    return new TensorDataset(inputs.reshape(whole), targets, classes);
  }

  /** As {@code TensorDataset(1797 samples: float32 [64] -> int64 [], 10 classes)}. */
  @Override
  public String toString() {
    String named = classes.isEmpty() ? "" : ", %d classes".formatted(classes.size());
    return "TensorDataset(%d samples: %s %s -> %s %s%s)"
        .formatted(
            size(),
            inputs.dtype(),
            inputs.shape().remove(0),
            targets.dtype(),
            targets.shape().remove(0),
            named);
  }
}
