package gradus.kernel.threads;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class WarmupTest {
  @Test
  void runsTasksInOrderOnOneDaemonThreadAndSurvivesTheirFailures() throws Exception {
    List<String> done = new CopyOnWriteArrayList<>();
    CompletableFuture<Thread> last = new CompletableFuture<>();
    Warmup.later(() -> done.add("first"));
    Warmup.later(
        () -> {
          throw new IllegalStateException("this task fails");
        });
    Warmup.later(() -> done.add("second"));
    Warmup.later(() -> last.complete(Thread.currentThread()));
    Thread thread = last.get(30, TimeUnit.SECONDS);
    assertThat(done).containsExactly("first", "second");
    assertThat(thread.isDaemon()).isTrue();
    assertThat(thread).isNotSameAs(Thread.currentThread());
  }

  @Test
  void callsUntilFast() {
    int[] calls = {0};
    boolean fast =
        Warmup.prime(
            () -> {
              if (++calls[0] < 3000) {
                busyFor(3_000);
              }
            },
            1_500);
    assertThat(fast).isTrue();
    assertThat(calls[0]).isBetween(3000, 20_000);
  }

  @Test
  void givesUpOnWhatStaysSlow() {
    assertThat(Warmup.prime(() -> busyFor(20_000), 1_000, 50)).isFalse();
  }

  private static void busyFor(long nanos) {
    long end = System.nanoTime() + nanos;
    while (System.nanoTime() < end) {
      Thread.onSpinWait();
    }
  }
}
