package gradus.bench;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Starts a process with the {@link StepServer} of one build and sends it requests. The process runs
 * under the JVM options of this one, which are the launcher's, and between two requests waits for
 * its input.
 */
final class StepClient implements AutoCloseable {
  /**
   * Steps that were taken in one turn.
   *
   * @param nanos by the clock
   * @param cpu nanoseconds of a processor that the thread which took the steps has had
   * @param bytes which that thread has allocated
   */
  record Window(long steps, long nanos, long cpu, long bytes) {
    double secondsPerStep(boolean byCpu) {
      return (byCpu ? cpu : nanos) / 1e9 / steps;
    }
  }

  private final Build build;
  private final Path log;
  private final Process process;
  private final BufferedWriter requests;
  private final BufferedReader answers;

  /**
   * Starts it.
   *
   * @param threads that Gradus uses; 0 for as many as it wants
   * @param log where its messages go
   */
  StepClient(Build build, int threads, Path log) throws IOException {
    this.build = build;
    this.log = log;
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-cp", build.classPath(), StepServer.class.getName(), "" + threads));
    process = new ProcessBuilder(command).redirectError(log.toFile()).start();
    requests = process.outputWriter(StandardCharsets.UTF_8);
    answers = process.inputReader(StandardCharsets.UTF_8);
  }

  Build build() {
    return build;
  }

  /** Prepares a workload and warms it up; null, or what stands in the way. */
  @Nullable String prepare(String title, double seconds) throws IOException {
    String answer = ask("prepare %s %s".formatted(title, seconds));
    return answer.equals(StepServer.READY) ? null : "%s: %s".formatted(build.name(), answer);
  }

  Window measure(double seconds) throws IOException {
    long[] n =
        Arrays.stream(ask("measure " + seconds).split(" ")).mapToLong(Long::parseLong).toArray();
    return new Window(n[0], n[1], n[2], n[3]);
  }

  private String ask(String request) throws IOException {
    try {
      requests.write(request + "\n");
      requests.flush();
    } catch (IOException e) {
      throw died(request);
    }
    String line = answers.readLine();
    while (line != null && !line.startsWith(StepServer.ANSWER)) {
      line = answers.readLine();
    }
    if (line == null) {
      throw died(request);
    }
    return line.substring(StepServer.ANSWER.length());
  }

  /** With the first message that is not a warning: that of the exception, if there was one. */
  private IOException died(String request) throws IOException {
    String message =
        Files.readAllLines(log).stream()
            .filter(line -> !line.startsWith("WARNING"))
            .findFirst()
            .orElse("it left no message");
    return new IOException(
        "the process of %s ended at `%s`: %s".formatted(build.name(), request, message));
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().join();
  }
}
