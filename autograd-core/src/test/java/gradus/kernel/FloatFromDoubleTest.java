package gradus.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FloatFromDoubleTest {
  /** But for line breaks, which are the formatter's. */
  @ParameterizedTest
  @MethodSource("gradus.kernel.FloatFromDouble#sources")
  void whatIsCheckedInIsWhatIsMade(FloatFromDouble.Source source) throws IOException {
    assertThat(Files.readString(source.target()))
        .as("%s: run gradus.kernel.FloatFromDouble, and format", source.target())
        .isEqualToIgnoringWhitespace(FloatFromDouble.make(source));
  }
}
