package gradus;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The sources of all modules, as they lie on the disk. */
final class SourceTree {
  static final List<String> MODULES =
      List.of("autograd-core", "nn-layers", "optim", "datasets", "training", "bundle");

  private SourceTree() {}

  /** The root of the repository. */
  static Path root() {
    return Path.of(System.getProperty("gradus.root", ".."));
  }

  /** Every Java file under src/main/java. */
  static List<Path> mainFiles() {
    return MODULES.stream()
        .map(module -> root().resolve(module).resolve("src/main/java"))
        .flatMap(SourceTree::javaFiles)
        .toList();
  }

  private static java.util.stream.Stream<Path> javaFiles(Path folder) {
    try (var files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".java")).toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
