package gradus.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.Callable;
import java.util.function.Function;

/**
 * What a loader cuts into batches. The batches of an epoch are tasks: the iterator that gives them
 * decides which samples they hold, and a task makes its batch on any thread.
 *
 * @param <B> the type of a batch
 */
sealed interface BatchSource<B> {

  /** The batches of one epoch, in order. */
  Iterator<Callable<B>> epoch(int batch, boolean dropLast, Order order);

  /** What the samples of a batch with these numbers become. */
  interface Collate<S, B> {
    B of(List<S> samples, int[] numbers);
  }

  /** Samples that have numbers. */
  record Numbered<S, B>(Dataset<S> data, Collate<S, B> collate) implements BatchSource<B> {
    @Override
    public Iterator<Callable<B>> epoch(int batch, boolean dropLast, Order order) {
      int[] numbers = order.of(data.size());
      int end = dropLast ? numbers.length - numbers.length % batch : numbers.length;
      return new Iterator<>() {
        private int from;

        @Override
        public boolean hasNext() {
          return from < end;
        }

        @Override
        public Callable<B> next() {
          if (!hasNext()) {
            throw new NoSuchElementException();
          }
          int[] some = Arrays.copyOfRange(numbers, from, from + Math.min(batch, end - from));
          from += some.length;
          return () -> collate.of(data.samples(some), some);
        }
      };
    }

    @Override
    public String toString() {
      return Description.of(data);
    }
  }

  /** Samples that come one after the other. */
  record Streamed<S, B>(Iterable<S> samples, Function<? super List<S>, ? extends B> collate)
      implements BatchSource<B> {
    @Override
    public Iterator<Callable<B>> epoch(int batch, boolean dropLast, Order order) {
      Iterator<S> rest = samples.iterator();
      int least = dropLast ? batch : 1;
      return new Iterator<>() {
        private List<S> ready = List.of();

        @Override
        public boolean hasNext() {
          if (ready.isEmpty()) {
            ready = read();
          }
          return ready.size() >= least;
        }

        private List<S> read() {
          var some = new ArrayList<S>();
          while (some.size() < batch && rest.hasNext()) {
            some.add(rest.next());
          }
          return some;
        }

        @Override
        public Callable<B> next() {
          if (!hasNext()) {
            throw new NoSuchElementException();
          }
          List<S> some = ready;
          ready = List.of();
          return () -> collate.apply(some);
        }
      };
    }

    @Override
    public String toString() {
      return "Iterable";
    }
  }
}
