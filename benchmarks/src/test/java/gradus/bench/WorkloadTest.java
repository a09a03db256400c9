package gradus.bench;

import static org.assertj.core.api.Assertions.assertThat;

import gradus.Gradus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every workload takes steps, so that none rots, and to the same end; nothing is measured. */
class WorkloadTest {
  private final int threads = Gradus.threads();

  @AfterEach
  void asUsual() {
    Gradus.threads(threads);
    Gradus.fusion(true);
  }

  @ParameterizedTest
  @EnumSource(Workload.class)
  void takesStepsWithTheSameBits(Workload workload) {
    assertThat(Workload.titled(workload.title())).isEqualTo(workload);

    assertThat(afterTwoSteps(workload, 3, false)).isEqualTo(afterTwoSteps(workload, 1, true));
  }

  private static long afterTwoSteps(Workload workload, int threads, boolean fusion) {
    Gradus.threads(threads);
    Gradus.fusion(fusion);
    Gradus.seed(0);
    Workload.Prepared prepared = workload.prepare();
    prepared.step().run();
    prepared.step().run();
    return prepared.hash();
  }
}
