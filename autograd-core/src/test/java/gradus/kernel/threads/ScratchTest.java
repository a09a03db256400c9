package gradus.kernel.threads;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ScratchTest {
  @Test
  void lendsAtLeastWhatIsAskedFor() {
    for (int n : new int[] {0, 1, 63, 64, 65, 1000, 1024, 1025, 1 << 20, (1 << 20) + 1}) {
      float[] floats = Scratch.floats(n);
      double[] doubles = (double[]) Scratch.like(new double[0], n);
      assertThat(floats.length).isBetween(n, Math.max(64, 2 * n));
      assertThat(doubles.length).isBetween(n, Math.max(64, 2 * n));
      Scratch.release(floats);
      Scratch.release(doubles);
    }
  }

  @Test
  void lendsAReturnedArrayAgain() {
    float[] first = Scratch.floats(5000);
    Scratch.release(first);
    assertThat(Scratch.floats(6000)).isSameAs(first);
  }

  @Test
  void neverLendsAnArrayTwice() {
    AtomicInteger disturbed = new AtomicInteger();
    int threads = Workers.threads();
    Workers.setThreads(4);
    try {
      Workers.parallel(
          2000,
          part -> {
            float[] a = Scratch.floats(300);
            float[] b = Scratch.floats(300);
            float[] c = Scratch.floats(300);
            Arrays.fill(a, part);
            Arrays.fill(b, part + 0.25f);
            Arrays.fill(c, part + 0.5f);
            for (int i = 0; i < 300; i++) {
              if (a[i] != part || b[i] != part + 0.25f || c[i] != part + 0.5f) {
                disturbed.incrementAndGet();
              }
            }
            Scratch.release(b);
            Scratch.release(a);
            Scratch.release(c);
          });
    } finally {
      Workers.setThreads(threads);
    }
    assertThat(disturbed).hasValue(0);
  }

  @Test
  void takesForeignArraysWithoutLendingThemAsLonger() {
    Scratch.release(new float[100]); // not a length that Scratch makes
    assertThat(Scratch.floats(100).length).isEqualTo(128);
  }
}
