package gradus.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import gradus.Generator;
import gradus.GeneratorState;
import gradus.Gradus;
import gradus.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class DataLoaderTest {
  private static Dataset<Sample> counting(int n) {
    return new TensorDataset(Tensor.arange(n), Tensor.arange(n));
  }

  private static List<List<Long>> epoch(DataLoader<Batch> loader) {
    var batches = new ArrayList<List<Long>>();
    for (Batch batch : loader) {
      assertThat(batch.target().toLongs()).isEqualTo(batch.input().toLongs());
      batches.add(Arrays.stream(batch.input().toLongs()).boxed().toList());
    }
    assertThat(batches).hasSize(loader.size());
    return batches;
  }

  private static List<Long> flat(List<List<Long>> batches) {
    return batches.stream().flatMap(List::stream).toList();
  }

  @Test
  void inOrderUnlessShuffled() {
    assertThat(epoch(DataLoader.of(counting(5)).batch(2)))
        .containsExactly(List.of(0L, 1L), List.of(2L, 3L), List.of(4L));
    assertThat(epoch(DataLoader.of(counting(5)).batch(2).dropLast()))
        .containsExactly(List.of(0L, 1L), List.of(2L, 3L));
    assertThat(epoch(DataLoader.of(counting(3))))
        .containsExactly(List.of(0L), List.of(1L), List.of(2L));
    assertThat(epoch(DataLoader.of(counting(4)).batch(4).dropLast())).hasSize(1);
    assertThat(epoch(DataLoader.of(counting(3)).batch(4).dropLast())).isEmpty();
    assertThat(epoch(DataLoader.of(counting(3)).batch(1000)).getFirst()).hasSize(3);
    assertThat(epoch(DataLoader.of(counting(0)).batch(4).shuffle())).isEmpty();
  }

  @Test
  void everyEpochHasAnOrderOfItsOwn() {
    var loader = DataLoader.of(counting(100)).batch(7).shuffle();
    var first = flat(epoch(loader));
    var second = flat(epoch(loader));
    assertThat(first).isNotEqualTo(second);
    assertThat(first)
        .containsExactlyInAnyOrderElementsOf(second)
        .doesNotHaveDuplicates()
        .hasSize(100);
  }

  @Test
  void theSeedSettlesAllEpochs() {
    var loader = DataLoader.of(counting(50)).batch(8).shuffle();
    Gradus.seed(3);
    var first = List.of(epoch(loader), epoch(loader));
    Gradus.seed(3);
    assertThat(List.of(epoch(loader), epoch(loader))).isEqualTo(first);
    var own = DataLoader.of(counting(50)).batch(8);
    assertThat(epoch(own.shuffle(new Generator(9))))
        .isEqualTo(epoch(own.shuffle(new Generator(9))));
  }

  @Test
  void otherDrawsDuringAnEpochDoNotMatter() {
    var loader = DataLoader.of(counting(40)).batch(4).shuffle(new Generator(2));
    var plain = epoch(DataLoader.of(counting(40)).batch(4).shuffle(new Generator(2)));
    var busy = new ArrayList<Long>();
    for (Batch batch : loader) {
      Tensor.rand(10);
      Arrays.stream(batch.input().toLongs()).forEach(busy::add);
    }
    assertThat(busy).isEqualTo(flat(plain));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 100})
  void prefetchingChangesNothing(int ahead) {
    // Later samples are made faster, so that batches are finished out of order.
    Dataset<Sample> slow =
        counting(60)
            .map(
                s -> {
                  try {
                    Thread.sleep((60 - s.target().itemLong()) / 20);
                  } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                  }
                  return s;
                });
    var plain = epoch(DataLoader.of(counting(60)).batch(4).shuffle(new Generator(1)));
    assertThat(epoch(DataLoader.of(slow).batch(4).shuffle(new Generator(1)).prefetch(ahead)))
        .isEqualTo(plain);
  }

  @Test
  void prefetchingRunsAheadByNoMoreThanAsked() throws InterruptedException {
    var made = new AtomicInteger();
    Dataset<Sample> counted =
        counting(100)
            .map(
                s -> {
                  made.incrementAndGet();
                  return s;
                });
    var batches = DataLoader.of(counted).batch(5).prefetch(3).iterator();
    assertThat(made).hasValue(0);
    batches.next();
    for (int i = 0; i < 500 && made.get() < 20; i++) {
      Thread.sleep(10);
    }
    Thread.sleep(50);
    assertThat(made).hasValue(20); // the one given and three more, 5 samples each
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4})
  void failuresArriveWhereTheBatchWould(int ahead) {
    Dataset<Sample> broken =
        counting(20)
            .map(
                s -> {
                  if (s.target().itemLong() == 11) {
                    throw new IllegalStateException("sample 11 is broken");
                  }
                  return s;
                });
    var batches = DataLoader.of(broken).batch(2).prefetch(ahead).iterator();
    for (int i = 0; i < 5; i++) {
      assertThat(batches.next().size()).isEqualTo(2);
    }
    assertThatThrownBy(batches::next)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("sample 11 is broken");
    assertThat(batches.next().input().toLongs()).containsExactly(12, 13);
  }

  @Test
  void errorsArriveToo() {
    Dataset<Sample> broken =
        counting(2)
            .map(
                s -> {
                  throw new StackOverflowError("deep");
                });
    var batches = DataLoader.of(broken).prefetch(2).iterator();
    assertThatThrownBy(batches::next).isInstanceOf(StackOverflowError.class).hasMessage("deep");
  }

  @Test
  void givingUpLeavesNoThreadBehind() throws InterruptedException {
    int ahead = 4;
    var ended = new CountDownLatch(1 + ahead);
    var threads = new ArrayList<Thread>();
    Dataset<Sample> watched =
        counting(1000)
            .map(
                s -> {
                  synchronized (threads) {
                    threads.add(Thread.currentThread());
                  }
                  ended.countDown();
                  return s;
                });
    for (Batch batch : DataLoader.of(watched).prefetch(ahead)) {
      assertThat(batch.size()).isEqualTo(1);
      break;
    }
    assertThat(ended.await(20, TimeUnit.SECONDS)).isTrue();
    synchronized (threads) {
      assertThat(threads).hasSize(1 + ahead).allMatch(Thread::isVirtual);
    }
    for (Thread thread : threads) {
      assertThat(thread.join(java.time.Duration.ofSeconds(20))).isTrue();
    }
  }

  @Test
  void anInterruptIsKept() {
    var never = new CountDownLatch(1);
    Dataset<Sample> stuck =
        counting(1)
            .map(
                s -> {
                  try {
                    never.await();
                  } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                  }
                  return s;
                });
    var batches = DataLoader.of(stuck).prefetch(1).iterator();
    Thread.currentThread().interrupt();
    assertThatThrownBy(batches::next).hasMessageContaining("interrupted");
    assertThat(Thread.interrupted()).isTrue();
    never.countDown();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4})
  void anEpochStaysInTheScopeInWhichItBegins(int ahead) {
    var seen = ConcurrentHashMap.newKeySet();
    var workers = ConcurrentHashMap.newKeySet();
    Dataset<Sample> watching =
        counting(40)
            .map(
                s -> {
                  seen.add(Generator.current());
                  workers.add(Gradus.threads());
                  return s;
                });
    var loader = DataLoader.of(watching).batch(4).shuffle().prefetch(ahead);
    var alone = epoch(DataLoader.of(counting(40)).batch(4).shuffle(new Generator(9)));
    var scope = Gradus.scope().generator(new Generator(9)).threads(5);

    GeneratorState outside = Generator.current().state();
    Generator inside = scope.call(Generator::current);
    var batches = scope.call(loader::iterator);
    var order = new ArrayList<List<Long>>();
    Gradus.scope()
        .threads(1)
        .run(
            () ->
                batches.forEachRemaining(
                    b -> order.add(Arrays.stream(b.target().toLongs()).boxed().toList())));

    assertThat(order).isEqualTo(alone);
    assertThat(seen).containsExactly(inside);
    assertThat(workers).containsExactly(5);
    assertThat(Generator.current().state()).isEqualTo(outside);
  }

  @Test
  void theSameLoaderIsShuffledByTheScopeOfEachEpoch() {
    var loader = DataLoader.of(counting(50)).batch(8).shuffle().prefetch(2);
    Gradus.seed(1);
    var outside = epoch(loader);
    var inside = Gradus.scope().seed(2).call(() -> epoch(loader));
    assertThat(inside).isNotEqualTo(outside);
    assertThat(Gradus.scope().seed(1).call(() -> epoch(loader))).isEqualTo(outside);
    Gradus.seed(2);
    assertThat(epoch(loader)).isEqualTo(inside);
  }

  @Test
  void aProgressBarCanSeeHowManyBatchesThereAre() {
    var loader = DataLoader.of(counting(10)).batch(4);
    assertThat(loader.spliterator().getExactSizeIfKnown()).isEqualTo(3);
    assertThat(loader.dropLast().spliterator().getExactSizeIfKnown()).isEqualTo(2);
    assertThat(StreamSupport.stream(loader.spliterator(), false).map(Batch::size))
        .containsExactly(4, 4, 2);
  }

  @Test
  void aLoaderPrintsWhatItIs() {
    assertThat(DataLoader.of(counting(10)).batch(4).shuffle().prefetch(2))
        .hasToString(
            "DataLoader(TensorDataset(10 samples: int64 [] -> int64 []), batch=4, shuffle=true,"
                + " dropLast=false, prefetch=2)");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3, 1000, Integer.MAX_VALUE})
  void anyNumberOfBatchesMayBeAhead(int ahead) {
    var loader = DataLoader.of(counting(10)).batch(4).prefetch(ahead);
    assertThat(flat(epoch(loader))).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
    int pairs = 0;
    for (Batch _ : loader) {
      for (Batch _ : loader) {
        pairs++;
      }
    }
    assertThat(pairs).isEqualTo(9);
    assertThat(DataLoader.of(counting(10)).batch(Integer.MAX_VALUE).prefetch(ahead)).hasSize(1);
  }

  @Test
  void anEpochEnds() {
    var batches = DataLoader.of(counting(1)).iterator();
    batches.next();
    assertThat(batches.hasNext()).isFalse();
    assertThatThrownBy(batches::next)
        .isInstanceOf(NoSuchElementException.class)
        .hasMessage("the epoch of 1 batches is over");
  }

  @Test
  void settingsAreChecked() {
    var loader = DataLoader.of(counting(1));
    assertThatThrownBy(() -> loader.batch(0)).hasMessageContaining("positive, got 0");
    assertThatThrownBy(() -> loader.prefetch(-1)).hasMessageContaining("not be negative, got -1");
  }
}
