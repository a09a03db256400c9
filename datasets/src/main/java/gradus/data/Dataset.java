package gradus.data;

import gradus.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * Samples that can be had by their number: {@code torch.utils.data.Dataset}. To write one, say how
 * many there are and what the i-th is; the rest follows.
 *
 * <p>Loaders that prefetch call {@link #get} and {@link #batch} from several threads at once.
 */
public interface Dataset {

  /** The number of samples. */
  int size();

  /**
   * Sample {@code index}, from 0.
   *
   * @throws IndexOutOfBoundsException if there is no such sample
   */
  Sample get(int index);

  /** What the class indices in the targets stand for; empty if the targets are no classes. */
  default List<String> classes() {
    return List.of();
  }

  /**
   * Some samples as one batch, in the given order.
   *
   * @throws IllegalArgumentException if no index is given, as nothing would say what shape they
   *     have
   */
  default Batch batch(int... indices) {
    if (indices.length == 0) {
      throw new IllegalArgumentException("batch: needs at least one index");
    }
    var inputs = new ArrayList<Tensor>(indices.length);
    var targets = new ArrayList<Tensor>(indices.length);
    for (int i : indices) {
      Sample sample = get(i);
      inputs.add(sample.input());
      targets.add(sample.target());
    }
    return new Batch(Tensor.stack(inputs, 0), Tensor.stack(targets, 0));
  }

  /** All samples as one batch. */
  default Batch all() {
    return batch(IntStream.range(0, size()).toArray());
  }

  /** The samples with the given numbers, in that order, as a set of their own. */
  default Dataset subset(int... indices) {
    return new Subset(this, indices);
  }

  /** The first {@code n} samples; all, if there are fewer. */
  default Dataset take(int n) {
    return subset(IntStream.range(0, Math.min(n, size())).toArray());
  }

  /** The same samples, each changed when it is asked for. */
  default Dataset map(UnaryOperator<Sample> change) {
    return new Mapped(this, change);
  }

  /** The same samples, the input of each changed when it is asked for. */
  default Dataset transform(UnaryOperator<Tensor> change) {
    return map(s -> new Sample(change.apply(s.input()), s.target()));
  }

  /**
   * Cuts the samples at random into two sets, {@code fraction} of them in the first, by {@link
   * gradus.Generator#current}: the same seed gives the same sets.
   *
   * @param fraction the share of the training set, between 0 and 1
   */
  default Split split(double fraction) {
    return Split.random(this, Split.share("split", fraction, size()), -1);
  }

  /**
   * As {@link #split(double)}, by numbers of samples; if they are fewer than there are, the rest is
   * left out.
   */
  default Split split(int train, int test) {
    return Split.random(this, train, test);
  }

  /**
   * As {@link #split(double)}, with every class in both sets in the same proportion, as nearly as
   * whole samples allow. The targets must be class indices.
   */
  default Split stratifiedSplit(double fraction) {
    return Split.stratified(this, fraction);
  }
}
