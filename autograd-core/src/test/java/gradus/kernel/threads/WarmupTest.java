package gradus.kernel.threads;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;

class WarmupTest {
  private record Noted(long missed, Runnable body) implements Warmup.Task {
    @Override
    public boolean run() {
      body.run();
      return true;
    }
  }

  @Test
  void runsTheMostMissedFirstOnOneDaemonThreadAndSurvivesFailures() throws Exception {
    List<String> done = new CopyOnWriteArrayList<>();
    CompletableFuture<Thread> last = new CompletableFuture<>();
    CountDownLatch all = new CountDownLatch(1);
    Warmup.later(
        new Noted(
            Long.MAX_VALUE,
            () -> {
              try {
                all.await();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            }));
    Warmup.later(new Noted(Long.MAX_VALUE - 3, () -> done.add("third")));
    Warmup.later(new Noted(Long.MAX_VALUE - 1, () -> done.add("first")));
    Warmup.later(
        new Noted(
            Long.MAX_VALUE - 2,
            () -> {
              throw new IllegalStateException("this task fails");
            }));
    Warmup.later(
        new Noted(
            Long.MAX_VALUE - 2,
            () -> {
              throw new OutOfMemoryError("this one as well");
            }));
    Warmup.later(new Noted(Long.MAX_VALUE - 1, () -> done.add("second")));
    Warmup.later(new Noted(Long.MAX_VALUE - 4, () -> last.complete(Thread.currentThread())));
    all.countDown();
    Thread thread = last.get(30, TimeUnit.SECONDS);
    assertThat(done).containsExactly("first", "second", "third");
    assertThat(thread.isDaemon()).isTrue();
    assertThat(thread).isNotSameAs(Thread.currentThread());
  }

  @Test
  void aKernelThatStaysSlowCountsOnceHoweverOftenItIsTried() throws Exception {
    var warmup = new Warmup();
    List<Boolean> fast = new CopyOnWriteArrayList<>();
    var slow = new Tried(warmup, units -> busyFor(20L * units), fast);
    warmup.add(slow);
    await(fast, 5);
    warmup.add(new Tried(warmup, units -> {}, fast));
    await(fast, 6);
    assertThat(fast).containsExactly(false, false, false, false, false, true);
  }

  @Test
  void afterThreeSlowKernelsNothingIsTriedAgain() throws Exception {
    var warmup = new Warmup();
    List<Boolean> fast = new CopyOnWriteArrayList<>();
    for (int i = 0; i < 3; i++) {
      warmup.add(new Tried(warmup, units -> busyFor(20L * units), fast));
    }
    await(fast, 15);
    warmup.add(new Tried(warmup, units -> {}, fast));
    await(fast, 20);
    assertThat(fast).hasSize(20).containsOnly(false);
  }

  /** Primes a kernel and notes whether it became fast. */
  private record Tried(Warmup warmup, IntConsumer kernel, List<Boolean> fast)
      implements Warmup.Task {
    @Override
    public long missed() {
      return 1;
    }

    @Override
    public boolean run() {
      boolean became = warmup.prime(kernel, 1_000, 10_000, 0);
      fast.add(became);
      return became;
    }
  }

  private static void await(List<?> list, int size) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (list.size() < size && System.nanoTime() < end) {
      Thread.sleep(1);
    }
  }

  @Test
  void callsUntilFastMostlyWithNothingToDo() {
    int[] calls = {0};
    int[] idle = {0};
    boolean fast =
        Warmup.prime(
            units -> {
              if (units == 0) {
                idle[0]++;
              } else if (++calls[0] < 30) {
                busyFor(3_000);
              }
            },
            3,
            1_500);
    assertThat(fast).isTrue();
    assertThat(calls[0]).isBetween(30, 200);
    assertThat(idle[0]).isGreaterThan(10 * calls[0]);
  }

  @Test
  void givesUpOnWhatStaysSlow() {
    assertThat(new Warmup().prime(units -> busyFor(20L * units), 1_000, 1_000, 50)).isFalse();
  }

  private static void busyFor(long nanos) {
    long end = System.nanoTime() + nanos;
    while (System.nanoTime() < end) {
      Thread.onSpinWait();
    }
  }
}
