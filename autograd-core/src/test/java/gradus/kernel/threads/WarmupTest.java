package gradus.kernel.threads;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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
  void anAwaitedKernelIsMadeOnce() {
    int[] made = {0};
    var kernel = new Awaited<>(false, () -> ++made[0]);
    assertThat(kernel.get(5)).isEqualTo(1);
    assertThat(kernel.get(7)).isEqualTo(1);
    assertThat(kernel.missed()).isEqualTo(5);
  }

  @Test
  void anAwaitedKernelThatCannotBeMadeIsAskedForOnceAndStaysAbsent() {
    int[] asked = {0};
    var kernel =
        new Awaited<>(
            false,
            () -> {
              asked[0]++;
              throw new NoClassDefFoundError("no Vector API");
            });
    assertThat(kernel.get(1)).isNull();
    assertThat(kernel.get(1)).isNull();
    assertThat(asked[0]).isEqualTo(1);
  }

  @Test
  void anAwaitedKernelThatStaysSlowIsMadeAgain() throws Exception {
    int[] made = {0};
    var kernel = new Awaited<>(true, () -> ++made[0] < 3 ? null : "fast");
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (kernel.get(1) == null && System.nanoTime() < end) {
      Thread.sleep(1);
    }
    assertThat(kernel.get(1)).isEqualTo("fast");
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
    assertThat(Warmup.prime(units -> busyFor(20L * units), 1_000, 1_000, 50)).isFalse();
  }

  private static void busyFor(long nanos) {
    long end = System.nanoTime() + nanos;
    while (System.nanoTime() < end) {
      Thread.onSpinWait();
    }
  }
}
