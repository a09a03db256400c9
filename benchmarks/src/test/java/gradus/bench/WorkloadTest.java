package gradus.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every workload takes a step, so that none rots; nothing is measured. */
class WorkloadTest {
  @ParameterizedTest
  @EnumSource(Workload.class)
  void takesSteps(Workload workload) {
    assertThat(Workload.titled(workload.title())).isEqualTo(workload);
    Runnable step = workload.step();
    assertThatCode(
            () -> {
              step.run();
              step.run();
            })
        .doesNotThrowAnyException();
  }
}
