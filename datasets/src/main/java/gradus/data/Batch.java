package gradus.data;

import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;

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
    return of(samples, k -> "sample %d of the batch".formatted(k));
  }

  /** As {@link #of(List)}; {@code name} says in error messages which sample the k-th is. */
  static Batch of(List<Sample> samples, IntFunction<String> name) {
    if (samples instanceof Rows rows) {
      return rows.batch();
    }
    if (samples.isEmpty()) {
      throw new IllegalArgumentException("batch: needs at least one sample");
    }
    return new Batch(
        stack("inputs", samples, Sample::input, name),
        stack("targets", samples, Sample::target, name));
  }

  private static Tensor stack(
      String what, List<Sample> samples, Function<Sample, Tensor> part, IntFunction<String> name) {
    List<Tensor> tensors = samples.stream().map(part).toList();
    Shape first = tensors.getFirst().shape();
    for (int k = 1; k < tensors.size(); k++) {
      Shape shape = tensors.get(k).shape();
      if (!shape.equals(first)) {
        throw new ShapeException(
            ("batch: %s of one batch must have one shape, but %s has %s and %s has %s; make them"
                    + " equally large (pad, crop), or give the loader a collate function:"
                    + " DataLoader.of(data, samples -> ...)")
                .formatted(what, name.apply(0), first, name.apply(k), shape));
      }
    }
    return Tensor.stack(tensors, 0);
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
