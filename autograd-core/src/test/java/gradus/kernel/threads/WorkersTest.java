package gradus.kernel.threads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class WorkersTest {
  private final int threadsBefore = Workers.threads();

  @AfterEach
  void restoreThreads() {
    Workers.setThreads(threadsBefore);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7})
  void runsEachPartExactlyOnce(int threads) {
    Workers.setThreads(threads);
    for (int parts : new int[] {0, 1, 2, 3, 5, 100, 1000}) {
      AtomicIntegerArray runs = new AtomicIntegerArray(parts);
      Workers.parallel(parts, runs::incrementAndGet);
      for (int i = 0; i < parts; i++) {
        assertThat(runs.get(i)).as("part %d of %d", i, parts).isEqualTo(1);
      }
    }
  }

  @Test
  void writesOfThePartsAreVisibleAfterwards() {
    Workers.setThreads(4);
    for (int round = 0; round < 2000; round++) {
      int[] plain = new int[8];
      int expected = round;
      Workers.parallel(8, i -> plain[i] = expected);
      assertThat(plain).containsOnly(expected);
    }
  }

  @Test
  void usesAsManyThreadsAsAskedFor() {
    Workers.setThreads(3);
    Set<Thread> seen = ConcurrentHashMap.newKeySet();
    CountDownLatch all = new CountDownLatch(3);
    Workers.parallel(
        3,
        i -> {
          seen.add(Thread.currentThread());
          all.countDown();
          await(all); // can only end if three threads are here at once
        });
    assertThat(seen).hasSize(3).contains(Thread.currentThread());
  }

  @Test
  void wakesParkedWorkers() throws InterruptedException {
    Workers.setThreads(2);
    for (int round = 0; round < 5; round++) {
      CountDownLatch both = new CountDownLatch(2);
      Workers.parallel(
          2,
          i -> {
            both.countDown();
            await(both);
          });
      Thread.sleep(20); // long enough for the worker to have parked
    }
  }

  @Test
  void leavesProcessorsToTheWarmup() {
    boolean yieldingBefore = Workers.yielding;
    Workers.yielding = true;
    Workers.setThreads(8);
    CountDownLatch end = new CountDownLatch(1);
    try {
      Warmup.later(blockedUntil(end));
      Set<Thread> seen = ConcurrentHashMap.newKeySet();
      Workers.parallel(
          40,
          i -> {
            seen.add(Thread.currentThread());
            LockSupport.parkNanos(1_000_000); // time for others to come
          });
      int processors = Runtime.getRuntime().availableProcessors();
      assertThat(seen).hasSizeLessThanOrEqualTo(Math.max(1, processors - 2));
    } finally {
      end.countDown();
      Workers.yielding = yieldingBefore;
    }
  }

  private static Warmup.Task blockedUntil(CountDownLatch end) {
    return new Warmup.Task() {
      @Override
      public long missed() {
        return 0;
      }

      @Override
      public boolean run() {
        await(end);
        return true;
      }
    };
  }

  @Test
  void nestedCallsRunInline() {
    Workers.setThreads(3);
    AtomicInteger inner = new AtomicInteger();
    Workers.parallel(
        10,
        i -> {
          Thread outer = Thread.currentThread();
          Workers.parallel(
              10,
              j -> {
                assertThat(Thread.currentThread()).isSameAs(outer);
                inner.incrementAndGet();
              });
        });
    assertThat(inner).hasValue(100);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void rethrowsTheFirstExceptionAndStaysUsable(int threads) {
    Workers.setThreads(threads);
    AtomicInteger active = new AtomicInteger();
    for (int round = 0; round < 100; round++) {
      assertThatThrownBy(
              () ->
                  Workers.parallel(
                      50,
                      i -> {
                        active.incrementAndGet();
                        try {
                          if (i == 20) {
                            throw new IllegalArgumentException("part 20");
                          }
                        } finally {
                          active.decrementAndGet();
                        }
                      }))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("part 20");
      assertThat(active).as("threads still at work").hasValue(0);
    }
    AtomicInteger runs = new AtomicInteger();
    Workers.parallel(50, i -> runs.incrementAndGet());
    assertThat(runs).hasValue(50);
  }

  @Test
  void errorsPropagateToo() {
    Workers.setThreads(2);
    assertThatThrownBy(
            () ->
                Workers.parallel(
                    4,
                    i -> {
                      throw new StackOverflowError("deep");
                    }))
        .isInstanceOf(StackOverflowError.class);
  }

  @Test
  void servesManyApplicationThreadsAtOnce() throws Exception {
    Workers.setThreads(3);
    try (var platform = Executors.newFixedThreadPool(6);
        var virtual = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Long>> sums = new ArrayList<>();
      for (int t = 0; t < 40; t++) {
        sums.add((t % 2 == 0 ? platform : virtual).submit(WorkersTest::sumManyTimes));
      }
      for (Future<Long> sum : sums) {
        assertThat(sum.get()).isEqualTo(200L * (99 * 100 / 2));
      }
    }
  }

  private static long sumManyTimes() {
    AtomicLong sum = new AtomicLong();
    for (int round = 0; round < 200; round++) {
      Workers.parallel(100, i -> sum.addAndGet(i));
    }
    return sum.get();
  }

  @Test
  void anInterruptedCallerFinishesAndStaysInterrupted() {
    Workers.setThreads(2);
    Thread.currentThread().interrupt();
    AtomicInteger runs = new AtomicInteger();
    Workers.parallel(
        2,
        i -> {
          long end = System.nanoTime() + Duration.ofMillis(5).toNanos();
          while (System.nanoTime() < end) {
            Thread.onSpinWait();
          }
          runs.incrementAndGet();
        });
    assertThat(runs).hasValue(2);
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void refusesNoThreads() {
    assertThatThrownBy(() -> Workers.setThreads(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least 1")
        .hasMessageContaining("0");
  }

  @Test
  void aJobHasNoMoreThreadsThanItsScopeAllows() {
    Workers.setThreads(4);
    for (int most : new int[] {1, 2, 3}) {
      var seen = ConcurrentHashMap.newKeySet();
      new Limit(most)
          .bound()
          .run(
              () -> {
                assertThat(Workers.threads()).isEqualTo(most);
                for (int job = 0; job < 20; job++) {
                  Workers.parallel(
                      40,
                      i -> {
                        seen.add(Thread.currentThread());
                        LockSupport.parkNanos(50_000);
                      });
                }
              });
      assertThat(seen).hasSizeBetween(1, most).contains(Thread.currentThread());
    }
    assertThat(Workers.threads()).isEqualTo(4);
  }

  @Test
  void jobsOfDifferentLimitsAtOnceRunEveryPart() throws InterruptedException {
    Workers.setThreads(4);
    var callers = new ArrayList<Thread>();
    var runs = new AtomicIntegerArray(4);
    for (int c = 0; c < runs.length(); c++) {
      int me = c;
      callers.add(
          Thread.ofPlatform()
              .start(
                  () ->
                      new Limit(me + 1)
                          .bound()
                          .run(
                              () -> {
                                for (int job = 0; job < 200; job++) {
                                  Workers.parallel(9, i -> runs.incrementAndGet(me));
                                }
                              })));
    }
    for (Thread caller : callers) {
      caller.join();
    }
    for (int c = 0; c < runs.length(); c++) {
      assertThat(runs.get(c)).isEqualTo(200 * 9);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
