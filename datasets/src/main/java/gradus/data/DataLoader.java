package gradus.data;

import gradus.Generator;
import java.util.Iterator;
import java.util.List;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Function;

/**
 * Goes through a data set batch by batch: {@code torch.utils.data.DataLoader}.
 *
 * <pre>{@code
 * for (var batch : DataLoader.of(train).batch(32).shuffle()) {
 *   var loss = F.crossEntropy(net.call(batch.input()), batch.target());
 * }
 * }</pre>
 *
 * <p>Pairs of input and target become a {@link Batch}. Of all other samples a <em>collate
 * function</em> makes the batch, of any type: it gets the samples of one batch as a list. So texts
 * are padded to the longest of each batch:
 *
 * <pre>{@code
 * record Padded(List<String> texts, int length) {
 *   static Padded of(List<String> texts) {
 *     int longest = texts.stream().mapToInt(String::length).max().orElseThrow();
 *     return new Padded(
 *         texts.stream().map(t -> t + " ".repeat(longest - t.length())).toList(), longest);
 *   }
 * }
 *
 * var loader = DataLoader.of(Dataset.of(texts), Padded::of).batch(32).shuffle();
 * }</pre>
 *
 * <p>A loader is immutable; its settings return another one. Every iteration is an epoch: with
 * {@link #shuffle} it draws a new order, once, when it begins. So the batches follow from the seed
 * alone and do not depend on {@link #prefetch}. All batches are made in the {@link gradus.Scope} in
 * which the iteration begins, on any thread.
 *
 * @param <B> the type of a batch
 */
public final class DataLoader<B> implements Iterable<B> {
  private final BatchSource<B> source;
  private final int batch;
  private final boolean dropLast;
  private final int ahead;
  private final Order order;

  private DataLoader(BatchSource<B> source, int batch, boolean dropLast, int ahead, Order order) {
    this.source = source;
    this.batch = batch;
    this.dropLast = dropLast;
    this.ahead = ahead;
    this.order = order;
  }

  private static <B> DataLoader<B> of(BatchSource<B> source) {
    return new DataLoader<>(source, 1, false, 0, Order.SEQUENTIAL);
  }

  /** Pairs of input and target, one by one, in order. */
  public static DataLoader<Batch> of(Dataset<Sample> data) {
    return of(
        new BatchSource.Numbered<>(
            data,
            (samples, numbers) ->
                Batch.of(samples, numbers, () -> "batch of " + Description.of(data))));
  }

  /**
   * Samples of any kind, one by one, in order.
   *
   * @param collate makes a batch of a list of samples; called on several threads at once if batches
   *     are prefetched
   */
  public static <S, B> DataLoader<B> of(
      Dataset<S> data, Function<? super List<S>, ? extends B> collate) {
    return of(new BatchSource.Numbered<S, B>(data, (samples, numbers) -> collate.apply(samples)));
  }

  /**
   * Pairs of input and target that come one after the other, each iteration of {@code samples} an
   * epoch: {@code torch.utils.data.IterableDataset}. They are read by the thread that iterates, and
   * cannot be shuffled or counted.
   */
  public static DataLoader<Batch> of(Iterable<Sample> samples) {
    return of(samples, Batch::of);
  }

  /**
   * As {@link #of(Iterable)}, for samples of any kind, with a collate function as in {@link
   * #of(Dataset, Function)}.
   */
  public static <S, B> DataLoader<B> of(
      Iterable<S> samples, Function<? super List<S>, ? extends B> collate) {
    return of(new BatchSource.Streamed<>(samples, collate));
  }

  /** In batches of {@code size}; the last may be smaller. */
  public DataLoader<B> batch(int size) {
    if (size <= 0) {
      throw new IllegalArgumentException("batch: the size must be positive, got " + size);
    }
    return new DataLoader<>(source, size, dropLast, ahead, order);
  }

  /**
   * In a new random order each epoch, by {@link Generator#current} where the iteration begins.
   *
   * @throws UnsupportedOperationException if the samples come from an {@link Iterable}
   */
  public DataLoader<B> shuffle() {
    return in(Order.random());
  }

  /**
   * In a new random order each epoch, by this generator.
   *
   * @throws UnsupportedOperationException if the samples come from an {@link Iterable}
   */
  public DataLoader<B> shuffle(Generator generator) {
    return in(Order.random(generator));
  }

  private DataLoader<B> in(Order order) {
    numbered("shuffle: the samples of an Iterable come in its own order; use Dataset.of(list)");
    return new DataLoader<>(source, batch, dropLast, ahead, order);
  }

  private BatchSource.Numbered<?, B> numbered(String otherwise) {
    if (source instanceof BatchSource.Numbered<?, B> numbered) {
      return numbered;
    }
    throw new UnsupportedOperationException(otherwise);
  }

  /** Leaves out a last batch that would be smaller than the others. */
  public DataLoader<B> dropLast() {
    return new DataLoader<>(source, batch, true, ahead, order);
  }

  /**
   * Makes up to {@code batches} batches ahead, each on a virtual thread of its own. This pays where
   * making a sample takes long: reading a file, changing an image. Random changes must then not
   * draw from a shared generator, because the order of draws is then nondeterministic.
   */
  public DataLoader<B> prefetch(int batches) {
    if (batches < 0) {
      throw new IllegalArgumentException(
          "prefetch: the number of batches must not be negative, got " + batches);
    }
    return new DataLoader<>(source, batch, dropLast, batches, order);
  }

  /**
   * The number of batches of an epoch, as {@code len(loader)}; {@link Dataset#size} counts samples.
   *
   * @throws UnsupportedOperationException if the samples come from an {@link Iterable}
   */
  public int size() {
    int samples = numbered("size: the number of samples of an Iterable is not known").data().size();
    return dropLast ? samples / batch : Math.ceilDiv(samples, batch);
  }

  /** A new epoch. */
  @Override
  public Iterator<B> iterator() {
    return new Epoch<>(source.epoch(batch, dropLast, order), ahead);
  }

  /** A new epoch; its size is known, unless the samples come from an {@link Iterable}. */
  @Override
  public Spliterator<B> spliterator() {
    int kind = Spliterator.ORDERED | Spliterator.NONNULL;
    return source instanceof BatchSource.Numbered
        ? Spliterators.spliterator(iterator(), size(), kind)
        : Spliterators.spliteratorUnknownSize(iterator(), kind);
  }

  /**
   * As {@code DataLoader(TensorDataset(...), batch=32, shuffle=true, dropLast=false, prefetch=0)}.
   */
  @Override
  public String toString() {
    return "DataLoader(%s, batch=%d, shuffle=%s, dropLast=%s, prefetch=%d)"
        .formatted(source, batch, order != Order.SEQUENTIAL, dropLast, ahead);
  }
}
