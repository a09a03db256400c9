package gradus.data;

import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import java.util.List;
import java.util.function.Supplier;

/**
 * Samples side by side, along a new first dimension.
 *
 * @param input the inputs, [n, ...]
 * @param target the targets, [n, ...]; class indices are [n]
 */
public record Batch(Tensor input, Tensor target) {

  /**
   * Stacks samples: {@code torch.utils.data.default_collate}.
   *
   * @throws IllegalArgumentException if there are none, as nothing would say what shape they have
   * @throws ShapeException if their inputs or targets differ in shape
   */
  public static Batch of(List<Sample> samples) {
    return of(samples, Order.SEQUENTIAL.of(samples.size()), () -> "batch");
  }

  /**
   * As {@link #of(List)}, with what error messages call the samples and the batch.
   *
   * @param numbers the number of each sample
   */
  static Batch of(List<Sample> samples, int[] numbers, Supplier<String> batch) {
    if (samples instanceof Rows rows) {
      return rows.batch();
    }
    if (samples.isEmpty()) {
      throw new IllegalArgumentException(batch.get() + ": needs at least one sample");
    }
    List<Tensor> inputs = samples.stream().map(Sample::input).toList();
    List<Tensor> targets = samples.stream().map(Sample::target).toList();
    requireOneShape("inputs", inputs, numbers, batch);
    requireOneShape("targets", targets, numbers, batch);
    return new Batch(Tensor.stack(inputs, 0), Tensor.stack(targets, 0));
  }

  private static void requireOneShape(
      String what, List<Tensor> tensors, int[] numbers, Supplier<String> batch) {
    Shape first = tensors.getFirst().shape();
    for (int k = 1; k < tensors.size(); k++) {
      Shape shape = tensors.get(k).shape();
      if (!shape.equals(first)) {
        throw new ShapeException(
            ("%s: the %s must have one shape, but sample %d has %s and sample %d has %s; make them"
                    + " equally large (pad, crop), or give the loader a collate function:"
                    + " DataLoader.of(data, samples -> ...)")
                .formatted(batch.get(), what, numbers[0], first, numbers[k], shape));
      }
    }
  }

  /** All samples of a data set as one batch; those of a {@link TensorDataset} are not copied. */
  public static Batch of(Dataset<Sample> data) {
    return data instanceof TensorDataset tensors
        ? new Batch(tensors.inputs(), tensors.targets())
        : of(data.samples(Order.SEQUENTIAL.of(data.size())));
  }

  /** The number of samples. */
  public int size() {
    return input.size(0);
  }
}
