package gradus.data;

import gradus.Generator;
import gradus.Gradus;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;

/**
 * Goes through a data set batch by batch: {@code torch.utils.data.DataLoader}.
 *
 * <pre>{@code
 * for (var batch : DataLoader.of(train).batch(32).shuffle()) { ... }
 * }</pre>
 *
 * <p>A loader is immutable; its settings return another one. Every iteration is an epoch: with
 * {@link #shuffle} it draws a new order, once, when it begins. So the batches follow from the seed
 * alone and do not depend on {@link #prefetch}. All batches are made in the {@link gradus.Scope} in
 * which the iteration begins, on whatever thread.
 */
public final class DataLoader implements Iterable<Batch> {
  private final Dataset data;
  private final int batch;
  private final boolean dropLast;
  private final int ahead;
  private final Order order;

  /** The order of an epoch: that of the numbers 0 to n - 1. */
  private interface Order {
    int[] of(int n);
  }

  private DataLoader(Dataset data, int batch, boolean dropLast, int ahead, Order order) {
    this.data = data;
    this.batch = batch;
    this.dropLast = dropLast;
    this.ahead = ahead;
    this.order = order;
  }

  /** Samples one by one, in order. */
  public static DataLoader of(Dataset data) {
    return new DataLoader(data, 1, false, 0, n -> IntStream.range(0, n).toArray());
  }

  /** In batches of {@code size}; the last may be smaller. */
  public DataLoader batch(int size) {
    if (size <= 0) {
      throw new IllegalArgumentException("batch: the size must be positive, got " + size);
    }
    return new DataLoader(data, size, dropLast, ahead, order);
  }

  /** In a new random order each epoch, by {@link Generator#current} where the iteration begins. */
  public DataLoader shuffle() {
    return in(n -> Split.order(Generator.current(), n));
  }

  /** In a new random order each epoch, by this generator. */
  public DataLoader shuffle(Generator generator) {
    return in(n -> Split.order(generator, n));
  }

  private DataLoader in(Order order) {
    return new DataLoader(data, batch, dropLast, ahead, order);
  }

  /** Leaves out a last batch that would be smaller than the others. */
  public DataLoader dropLast() {
    return new DataLoader(data, batch, true, ahead, order);
  }

  /**
   * Makes up to {@code batches} batches ahead, each on a virtual thread of its own. This pays where
   * making a sample takes long: reading a file, changing an image. Random changes must then not
   * draw from a shared generator, because which sample draws first is left to chance.
   */
  public DataLoader prefetch(int batches) {
    if (batches < 0) {
      throw new IllegalArgumentException(
          "prefetch: the number of batches must not be negative, got " + batches);
    }
    return new DataLoader(data, batch, dropLast, batches, order);
  }

  /** The number of batches of an epoch. */
  public int size() {
    return dropLast ? data.size() / batch : Math.ceilDiv(data.size(), batch);
  }

  /** A new epoch. */
  @Override
  public Iterator<Batch> iterator() {
    return new Epoch(order.of(data.size()));
  }

  /**
   * One pass. With prefetching, the batches under way wait in a queue in the order of the epoch;
   * each thread makes one batch and ends, so that a pass which is given up leaves nothing behind.
   */
  private final class Epoch implements Iterator<Batch> {
    private final int[] order;
    private final int batches = DataLoader.this.size();
    private final Queue<FutureTask<Batch>> underWay = new ArrayDeque<>();
    private final Runnable begin = Gradus.inScope(this::begin);
    private int begun;
    private int given;

    Epoch(int... order) {
      this.order = order;
    }

    @Override
    public boolean hasNext() {
      return given < batches;
    }

    @Override
    public Batch next() {
      if (!hasNext()) {
        throw new NoSuchElementException("the epoch of %d batches is over".formatted(batches));
      }
      given++;
      while (begun < batches && begun < given + ahead) {
        begin.run();
      }
      return result(underWay.remove());
    }

    /** Begins the next batch; without prefetching it is made here and now. */
    private void begin() {
      int number = begun++;
      var task = new FutureTask<>(Gradus.inScope(() -> make(number)));
      underWay.add(task);
      if (ahead == 0) {
        task.run();
      } else {
        Thread.ofVirtual().name("gradus-batch-" + number).start(task);
      }
    }

    private Batch make(int number) {
      int from = number * batch;
      return data.batch(Arrays.copyOfRange(order, from, Math.min(from + batch, order.length)));
    }

    private static Batch result(FutureTask<Batch> task) {
      try {
        return task.get();
      } catch (ExecutionException e) {
        switch (e.getCause()) {
          case RuntimeException cause -> throw cause;
          case Error cause -> throw cause;
          case null, default -> throw new IllegalStateException(e);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while waiting for a batch", e);
      }
    }
  }
}
