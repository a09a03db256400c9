package gradus.kernel.threads;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class KernelCacheTest {
  private record Key(int rows, String form) {}

  @Test
  void aKernelIsMadeOncePerKey() {
    List<Key> made = new ArrayList<>();
    var cache =
        new KernelCache<Key, String>(
            false,
            key -> {
              made.add(key);
              return key.form + key.rows;
            });
    assertThat(cache.get(new Key(1, "a"), 5)).isEqualTo("a1");
    assertThat(cache.get(new Key(2, "a"), 5)).isEqualTo("a2");
    assertThat(cache.get(new Key(1, "a"), 7)).isSameAs(cache.get(new Key(1, "a"), 0));
    assertThat(made).containsExactly(new Key(1, "a"), new Key(2, "a"));
  }

  @Test
  void threadsThatAskAtOnceGetTheSame() throws Exception {
    int threads = 8;
    var made = new AtomicInteger();
    var cache = new KernelCache<Integer, Integer>(false, key -> made.incrementAndGet());
    var barrier = new CyclicBarrier(threads);
    Callable<List<Integer>> ask =
        () -> {
          barrier.await();
          List<Integer> found = new ArrayList<>();
          for (int key = 0; key < 100; key++) {
            found.add(cache.get(key, 1));
          }
          return found;
        };
    try (var executor = Executors.newFixedThreadPool(threads)) {
      List<Future<List<Integer>>> answers = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        answers.add(executor.submit(ask));
      }
      List<Integer> first = answers.getFirst().get(30, TimeUnit.SECONDS);
      assertThat(first).doesNotContainNull();
      for (Future<List<Integer>> each : answers) {
        assertThat(each.get(30, TimeUnit.SECONDS)).isEqualTo(first);
      }
    }
    assertThat(made).hasValue(100);
  }

  @Test
  void aKernelThatCannotBeMadeIsAskedForOnceAndStaysAbsent() {
    int[] asked = {0};
    var cache =
        new KernelCache<Integer, String>(
            false,
            key -> {
              asked[0]++;
              throw new NoClassDefFoundError("no Vector API");
            });
    assertThat(cache.get(1, 1)).isNull();
    assertThat(cache.get(1, 1)).isNull();
    assertThat(asked[0]).isEqualTo(1);
  }

  @Test
  void aKernelThatStaysSlowIsMadeAgain() throws Exception {
    int[] made = {0};
    var cache = new KernelCache<Integer, String>(true, key -> ++made[0] < 3 ? null : "fast");
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (cache.get(1, 1) == null && System.nanoTime() < end) {
      Thread.sleep(1);
    }
    assertThat(cache.get(1, 1)).isEqualTo("fast");
  }
}
