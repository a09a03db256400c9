package gradus.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every operator takes steps, so that none rots; what is measured is of no interest. */
class StepServerTest {
  private final StepServer server = new StepServer();

  static Iterable<String> operators() {
    return Operators.all().keySet();
  }

  @BeforeAll
  static void thereAreOperators() {
    assertThat(Operators.all()).hasSizeGreaterThan(40);
  }

  @ParameterizedTest
  @MethodSource("operators")
  void takesStepsOfAnOperator(String title) {
    Runnable step = Operators.all().get(title).get();
    step.run();
    step.run();
  }

  @Test
  void takesStepsOfAWorkload() {
    assertThat(server.answer("prepare W5-tiny 0.01")).isEqualTo("ready");

    String[] numbers = server.answer("measure 0.05").split(" ");
    assertThat(numbers).hasSize(4);
    assertThat(Long.parseLong(numbers[0])).isGreaterThanOrEqualTo(3);
    assertThat(Long.parseLong(numbers[1])).isPositive();
    assertThat(Long.parseLong(numbers[2])).isGreaterThanOrEqualTo(50_000_000L);
    assertThat(Long.parseLong(numbers[3])).isPositive();
  }

  @Test
  void countsStepsBytesAndTime() {
    server.answer("prepare add-small 0.01");

    String[] numbers = server.answer("measure 0.1").split(" ");
    long steps = Long.parseLong(numbers[0]);
    // The sum's 128 elements and some objects.
    assertThat(Long.parseLong(numbers[3]) / steps).isBetween(512L, 10_000L);
    assertThat(Long.parseLong(numbers[1]) / steps).isLessThan(10_000_000L);
  }

  @Test
  void saysWhatItHasNot() {
    assertThat(server.answer("prepare W99 0.01")).isEqualTo("it has no such workload");
    assertThatThrownBy(() -> server.answer("dance"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("dance");
  }
}
