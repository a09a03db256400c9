package gradus.optim;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import gradus.Parameter;
import gradus.Tensor;
import java.lang.management.ManagementFactory;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A step makes no arrays of elements: what it allocates does not depend on the parameters' size.
 */
class AllocationTest {
  private static final int ELEMENTS = 4096;

  /** The arguments of one kernel call, and nothing beside. */
  private static final long BYTES = 1024;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  static Stream<Function<Collection<Parameter>, Optimizer<?, ?>>> optimizers() {
    var momentum = SGD.DEFAULTS.withMomentum(0.9);
    return Stream.of(
        p -> new SGD(p, 0.01),
        p -> new SGD(p, momentum),
        p -> new SGD(p, momentum.withNesterov(true)),
        p -> new Adam(p, 0.01),
        p -> new Adam(p, Adam.DEFAULTS.withAmsgrad(true)),
        p -> new AdamW(p, 0.01));
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void aStepAllocatesNoElements(Function<Collection<Parameter>, Optimizer<?, ?>> optimizer) {
    var p = new Parameter(Tensor.randn(ELEMENTS));
    p.setGrad(Tensor.randn(ELEMENTS));
    Optimizer<?, ?> stepping = optimizer.apply(List.of(p));
    long least = Long.MAX_VALUE; // early steps load classes and make kernels
    for (int i = 0; i < 50; i++) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      stepping.step();
      least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
    }
    assertThat(least).isBetween(0L, BYTES);
  }
}
