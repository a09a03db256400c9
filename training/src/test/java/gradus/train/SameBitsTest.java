package gradus.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same training run, in virtual machines of their own: the bits of its losses and parameters
 * must depend neither on threads, nor on the width of vectors, nor on the tier, nor on fusion.
 */
class SameBitsTest {
  @TempDir private Path folder;

  private Path log = Path.of("");

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void threadsWidthsAndTiersLeaveTheBitsAlone() throws IOException, InterruptedException {
    log = folder.resolve("log");
    String expected = run("-Dgradus.threads=1");

    assertThat(expected).matches("[0-9a-f]{16} [0-9a-f]{16}");
    for (String setting :
        List.of(
            "-Dgradus.threads=2",
            "-Dgradus.threads=3",
            "-Dgradus.threads=7",
            "-Dgradus.vector.bits=128",
            "-Dgradus.fusion=false",
            "-Dgradus.fusion.elements=1",
            "-Dgradus.tier=scalar",
            "-Dgradus.tier=simd",
            "-XX:UseAVX=2",
            "-XX:TieredStopAtLevel=1")) {
      assertThat(run(setting)).as(setting).isEqualTo(expected);
    }
    assertThat(run()).as("without the Vector API module").isEqualTo(expected);
    assertThat(Files.readAllLines(log))
        .filteredOn(line -> line.contains("jdk.incubator.vector is absent"))
        .hasSize(1);
  }

  /** One run with a setting and the vector module; without a setting also without the module. */
  private String run(String... settings) throws IOException, InterruptedException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:+IgnoreUnrecognizedVMOptions");
    command.addAll(List.of(settings));
    if (settings.length > 0) {
      command.add("--add-modules=jdk.incubator.vector");
    }
    command.add(TrainedBits.class.getName());
    var builder = new ProcessBuilder(command).redirectError(log.toFile());
    builder.environment().put("CLASSPATH", classPath());
    Process process = builder.start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as("%s\n%s", command, Files.readString(log)).isZero();
    return out.strip();
  }

  private static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))
        .replace(";", File.pathSeparator);
  }
}
