package gradus;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A file that a person can read in one sitting: at most 400 lines, or a reason beside it. */
class LineBudgetTest {
  private static final int LIMIT = 400;
  private static final String REASON = "// Over 400 lines because ";

  @Test
  void everyMainFileIsShortOrSaysWhyNot() {
    List<Path> files = SourceTree.mainFiles();

    assertThat(files).hasSizeGreaterThan(10);
    assertThat(files.stream().filter(file -> overBudget(lines(file))).toList())
        .as("files over %d lines; split them, or write the line '%s...'", LIMIT, REASON)
        .isEmpty();
  }

  @Test
  void aLongFilePassesOnlyWithAReason() {
    List<String> lines = new java.util.ArrayList<>(java.util.Collections.nCopies(LIMIT, "x"));
    assertThat(overBudget(lines)).isFalse();

    lines.add("x");
    assertThat(overBudget(lines)).isTrue();

    lines.add("  " + REASON + "the table is one.");
    assertThat(overBudget(lines)).isFalse();
  }

  private static boolean overBudget(List<String> lines) {
    return lines.size() > LIMIT
        && lines.stream().noneMatch(line -> line.strip().startsWith(REASON));
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
