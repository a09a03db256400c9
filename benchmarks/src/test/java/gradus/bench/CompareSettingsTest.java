package gradus.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class CompareSettingsTest {
  @Test
  void measuresEverythingUnlessToldOtherwise() {
    var settings = CompareSettings.of(List.of("../old"));

    assertThat(settings.other()).isEqualTo(Path.of("../old"));
    assertThat(settings.titles())
        .hasSize(Workload.values().length + Operators.all().size())
        .startsWith("W1-32")
        .contains("W8", "gelu", "gelu-back");
    assertThat(settings.pairs()).isGreaterThanOrEqualTo(9);
    assertThat(settings.threads()).isZero();
  }

  @Test
  void takesTitlesGroupsAndOptionsInAnyOrder() {
    var settings =
        CompareSettings.of(
            List.of("--threads", "1", "old", "gelu", "--pairs", "15", "workloads", "W3"));

    assertThat(settings.titles())
        .hasSize(1 + Workload.values().length)
        .startsWith("gelu", "W1-32")
        .containsOnlyOnce("W3");
    assertThat(settings.threads()).isEqualTo(1);
    assertThat(settings.pairs()).isEqualTo(15);
    assertThat(CompareSettings.of(List.of("old", "gelu", "--seconds", ".5", "--warm", "2")))
        .isEqualTo(new CompareSettings(Path.of("old"), List.of("gelu"), 9, 0.5, 2, 0, false));
  }

  @Test
  void oneThreadIsTimedByItsProcessor() {
    assertThat(CompareSettings.of(List.of("old", "--cpu", "gelu", "--threads", "1")))
        .isEqualTo(CompareSettings.of(List.of("--cpu", "old", "gelu")))
        .returns(1, CompareSettings::threads)
        .returns(true, CompareSettings::byCpu);
    refuses("OTHER_CHECKOUT", "old", "--cpu", "--threads", "2");
    refuses("OTHER_CHECKOUT", "old", "--threads", "2", "--cpu");
  }

  @Test
  void refusesWhatMakesNoSense() {
    refuses("OTHER_CHECKOUT");
    refuses("OTHER_CHECKOUT", "old", "--pairs", "0");
    refuses("nothing is no number", "old", "--pairs");
    refuses("many is no number", "old", "--pairs", "many");
    refuses("no workload W9", "old", "W9");
  }

  private static void refuses(String message, String... words) {
    assertThatThrownBy(() -> CompareSettings.of(List.of(words)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }
}
