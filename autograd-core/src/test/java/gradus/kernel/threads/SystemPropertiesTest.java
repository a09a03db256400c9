package gradus.kernel.threads;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.logging.Filter;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SystemPropertiesTest {
  private final List<String> warnings = new ArrayList<>();

  @Test
  void givesWhatIsSet() {
    assertThat(with("gradus.threads", "3", SystemProperties::threads)).isEqualTo(3);
    assertThat(with("gradus.fusion", "false", SystemProperties::fusion)).isFalse();
    assertThat(with("gradus.fusion.elements", "7", SystemProperties::fusionElements)).isEqualTo(7);
    assertThat(with("gradus.winograd", "False", SystemProperties::winograd)).isFalse();
    assertThat(with("gradus.vector.bits", "256", () -> SystemProperties.vectorBits(() -> 128)))
        .isEqualTo(256);
    assertThat(with("gradus.tier", "simd", SystemProperties::tier)).isEqualTo("simd");
    assertThat(with("gradus.warmup.yield", "false", SystemProperties::yielding)).isFalse();
    assertThat(with("gradus.empty.fill", "true", SystemProperties::fillEmpty)).isTrue();
    assertThat(warnings).isEmpty();
  }

  @Test
  void hasDefaults() {
    assertThat(with("gradus.threads", null, SystemProperties::threads))
        .isEqualTo(Runtime.getRuntime().availableProcessors());
    assertThat(with("gradus.fusion", null, SystemProperties::fusion)).isTrue();
    assertThat(with("gradus.fusion.elements", null, SystemProperties::fusionElements))
        .isEqualTo(16384);
    assertThat(with("gradus.winograd", null, SystemProperties::winograd)).isTrue();
    assertThat(with("gradus.vector.bits", null, () -> SystemProperties.vectorBits(() -> 128)))
        .isEqualTo(128);
    assertThat(with("gradus.tier", null, SystemProperties::tier)).isEqualTo("auto");
    assertThat(with("gradus.warmup.yield", null, SystemProperties::yielding)).isTrue();
    assertThat(with("gradus.empty.fill", null, SystemProperties::fillEmpty)).isFalse();
    assertThat(warnings).isEmpty();
  }

  @Test
  void warnsOfWhatItDoesNotUnderstandAndKeepsTheDefault() {
    assertThat(with("gradus.threads", "0", SystemProperties::threads)).isPositive();
    assertThat(with("gradus.vector.bits", "wide", () -> SystemProperties.vectorBits(() -> 128)))
        .isEqualTo(128);
    assertThat(with("gradus.tier", "fast", SystemProperties::tier)).isEqualTo("auto");
    assertThat(with("gradus.winograd", "off", SystemProperties::winograd)).isTrue();
    assertThat(warnings)
        .containsExactly(
            "-Dgradus.threads=0: expected a number of at least 1; the default holds",
            "-Dgradus.vector.bits=wide: expected 0, 128, 256 or 512; the default holds",
            "-Dgradus.tier=fast: expected auto or scalar or simd; the default holds",
            "-Dgradus.winograd=off: expected true or false; the default holds");
  }

  private <T> T with(String name, @Nullable String value, Supplier<T> property) {
    Logger logger = Logger.getLogger("gradus");
    String before = System.getProperty(name);
    Filter filter = logger.getFilter();
    logger.setFilter(
        record -> {
          warnings.add(record.getMessage());
          return false;
        });
    try {
      set(name, value);
      return property.get();
    } finally {
      set(name, before);
      logger.setFilter(filter);
    }
  }

  private static void set(String name, @Nullable String value) {
    if (value == null) {
      System.clearProperty(name);
    } else {
      System.setProperty(name, value);
    }
  }
}
