package gradus.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs every numbered script with the launcher, on the modules that this build packaged. A script
 * may say in its header comment
 *
 * <pre>
 * // Last line: REGEX          what the last line it prints must match
 * // In the build: ARGUMENTS   what it is run with here; else --quick, if it knows that option
 * </pre>
 */
class ExamplesTest {
  private static final Path ROOT = Path.of(System.getProperty("gradus.root", ".."));
  private static final String MODULES = System.getProperty("gradus.modules");
  private static final Pattern LAST_LINE = Pattern.compile("(?m)^// Last line: (.+)$");
  private static final Pattern ARGUMENTS = Pattern.compile("(?m)^// In the build: (.+)$");

  /** Where the scripts run, so that the pictures and files they make stay out of the sources. */
  @TempDir static Path elsewhere;

  static List<Path> scripts() throws IOException {
    try (var files = Files.list(ROOT.resolve("examples"))) {
      return files
          .filter(file -> file.getFileName().toString().matches("\\d\\d-.*\\.java"))
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("scripts")
  void runs(Path script) throws Exception {
    String text = Files.readString(script);
    Run run = launch(script, arguments(text));

    assertThat(run.exit()).as(run.output()).isZero();
    header(LAST_LINE, text).ifPresent(regex -> assertThat(run.lastLine()).matches(regex));
  }

  @Test
  void aScriptMayHaveAnyNameAndPassesItsArgumentsAndExitCode() throws Exception {
    Path script =
        Files.writeString(
            elsewhere.resolve("12 any-name.java"),
            """
            import module gradus;

            void main(String[] args) {
              IO.println(String.join("|", args) + " " + System.getProperty("colour"));
              System.exit(args.length);
            }
            """);
    Run run = launch(List.of("-Dcolour=red"), script, List.of("a b", "*", "$c"));

    assertThat(run.output()).contains("a b|*|$c red");
    assertThat(run.exit()).isEqualTo(3);
  }

  @Test
  void aScriptThatDoesNotCompileIsNamedWithTheLine() throws Exception {
    Path script =
        Files.writeString(
            elsewhere.resolve("13-wrong.java"), "void main() {\n  int x = true;\n}\n");
    Run run = launch(script, List.of());

    assertThat(run.output()).contains(script + ":2: error: incompatible types");
    assertThat(run.exit()).isEqualTo(1);
  }

  private static List<String> arguments(String text) {
    Optional<String> given = header(ARGUMENTS, text);
    if (given.isPresent()) {
      return List.of(given.get().strip().split(" +"));
    }
    return text.contains("\"--quick\"") ? List.of("--quick") : List.of();
  }

  private static Optional<String> header(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    return matcher.find() ? Optional.of(matcher.group(1).strip()) : Optional.empty();
  }

  private static Run launch(Path script, List<String> arguments) throws Exception {
    return launch(List.of(), script, arguments);
  }

  private static Run launch(List<String> options, Path script, List<String> arguments)
      throws Exception {
    boolean windows = System.getProperty("os.name").startsWith("Windows");
    Path launcher = ROOT.resolve(windows ? "gradus.cmd" : "gradus").toAbsolutePath().normalize();
    var command = new ArrayList<>(List.of(launcher.toString(), "run"));
    command.addAll(options);
    command.add(script.toAbsolutePath().normalize().toString());
    command.addAll(arguments);

    Path output = Files.createTempFile(elsewhere, "output", ".txt");
    var builder =
        new ProcessBuilder(command)
            .directory(elsewhere.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("GRADUS_MODULES", MODULES);
    Process process = builder.start();
    if (!process.waitFor(5, TimeUnit.MINUTES)) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      throw new AssertionError(
          script + " still runs after 5 minutes:\n" + Files.readString(output));
    }
    return new Run(process.exitValue(), Files.readString(output));
  }

  /** How a script ended, and what it wrote to standard output and standard error. */
  private record Run(int exit, String output) {
    String lastLine() {
      return output.lines().filter(line -> !line.isBlank()).reduce("", (first, second) -> second);
    }
  }
}
