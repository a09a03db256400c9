package gradus.data;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** The folder of full-size data sets that may lie beside a checkout. */
final class SharedData {
  private SharedData() {}

  /**
   * A folder under {@code shared/data}, searched upwards; the test is skipped where there is none.
   */
  static Path folder(String name) {
    Path at = Path.of("").toAbsolutePath();
    for (Path up = at; up != null; up = up.getParent()) {
      Path folder = up.resolve("shared", "data", name);
      if (Files.isDirectory(folder)) {
        return folder;
      }
    }
    assumeTrue(false, "no folder shared/data/%s above %s".formatted(name, at));
    throw new AssertionError();
  }
}
