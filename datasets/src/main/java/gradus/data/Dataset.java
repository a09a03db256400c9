package gradus.data;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;

/**
 * Samples that can be had by their number: {@code torch.utils.data.Dataset}. To write one, say how
 * many there are and what the i-th is; the rest follows.
 *
 * <pre>{@code
 * record Squares(int size) implements Dataset<Sample> {
 *   public Sample get(int i) {
 *     return new Sample(Tensor.scalar(i), Tensor.scalar(i * i));
 *   }
 * }
 * }</pre>
 *
 * <p>A sample is a {@link Sample}, an input with its target, or whatever else is needed: a record
 * of several inputs, a sentence, a tensor alone. What a {@link DataLoader} makes of other samples
 * than the usual pairs, its collate function says.
 *
 * <p>Samples that come one after the other, in a number that is not known before, need no Dataset:
 * a loader takes any {@link Iterable}.
 *
 * <p>Loaders that prefetch call {@link #get} and {@link #samples} from several threads at once.
 *
 * @param <S> the type of a sample
 */
public interface Dataset<S> {

  /** The samples of a list. */
  static <S> Dataset<S> of(List<S> samples) {
    return new Listed<>(samples);
  }

  /** The number of samples. */
  int size();

  /**
   * Sample {@code index}, from 0.
   *
   * @throws IndexOutOfBoundsException if there is no such sample
   */
  S get(int index);

  /**
   * Several samples, in the given order: those of a batch, and what {@code __getitems__} is in
   * PyTorch. A data set that can fetch them faster together than one by one overrides this.
   *
   * @throws IndexOutOfBoundsException if there is no such sample
   */
  default List<S> samples(int... indices) {
    var samples = new ArrayList<S>(indices.length);
    for (int i : indices) {
      samples.add(get(i));
    }
    return samples;
  }

  /** What the class indices in the targets stand for; empty if the targets are no classes. */
  default List<String> classes() {
    return List.of();
  }

  /** The samples with the given numbers, in that order, as a data set of their own. */
  default Dataset<S> subset(int... indices) {
    return new Subset<>(this, indices);
  }

  /** The first {@code n} samples; all, if there are fewer. */
  default Dataset<S> take(int n) {
    return subset(IntStream.range(0, Math.min(n, size())).toArray());
  }

  /**
   * The same samples, each changed whenever it is asked for. {@link Sample#onInput} makes a change
   * of samples from one of inputs.
   */
  default <T> Dataset<T> map(Function<? super S, ? extends T> change) {
    return new Mapped<S, T>(this, change);
  }

  /**
   * Cuts the samples at random into two sets, {@code fraction} of them in the first, by {@link
   * gradus.Generator#current}: the same seed gives the same sets.
   *
   * @param fraction the share of the training set, between 0 and 1
   */
  default Split<S> split(double fraction) {
    return Split.random(this, Split.share("split", fraction, size()), -1);
  }

  /**
   * As {@link #split(double)}, by numbers of samples; if they are fewer than there are, the rest is
   * left out.
   */
  default Split<S> split(int train, int test) {
    return Split.random(this, train, test);
  }

  /**
   * As {@link #split(double)}, with every class in both sets in the same proportion, as nearly as
   * whole samples allow.
   *
   * @param label the class of a sample, any number: {@code Sample::label}
   */
  default Split<S> stratifiedSplit(double fraction, ToLongFunction<? super S> label) {
    return Split.stratified(this, fraction, label);
  }
}
