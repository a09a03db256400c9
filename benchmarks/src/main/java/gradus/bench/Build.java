package gradus.bench;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/**
 * A checkout that is built.
 *
 * @param name what messages call it
 * @param classPath with which its {@link StepServer} runs
 */
record Build(String name, String classPath) {
  private static final String JARS = "benchmarks/target/launcher/lib";

  /** The build that this process runs. */
  static Build own() {
    return new Build("this build", System.getProperty("java.class.path"));
  }

  /**
   * Another checkout, built by its own launcher if that finds it changed. The {@link Operators} and
   * the {@link StepServer} of this checkout are compiled against it, so that both builds take the
   * same steps. If a method has another name there, so that the operators do not compile, the
   * other's own operators are taken; if it has none, those of this build, of which the ones that
   * use such a method fail.
   *
   * @param root the folder of the checkout
   */
  static Build other(Path root) throws IOException, InterruptedException {
    Path launcher = root.resolve("gradus").toAbsolutePath();
    if (!Files.isExecutable(launcher)) {
      throw new IOException("%s is not a checkout: %s is missing".formatted(root, launcher));
    }
    Compare.say("asking the launcher of %s to build what has changed".formatted(root));
    var list = new ProcessBuilder(launcher.toString(), "bench", "list");
    list.environment().put("JAVA_HOME", System.getProperty("java.home"));
    list.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    list.redirectError(ProcessBuilder.Redirect.INHERIT);
    if (list.start().waitFor() != 0) {
      throw new IOException("`%s bench list` failed".formatted(launcher));
    }

    Path classes = workFolder().resolve("classes");
    for (Path old : files(classes.resolve(Build.class.getPackageName().replace('.', '/')))) {
      Files.delete(old);
    }
    var places = new ArrayList<Path>();
    places.add(classes);
    places.addAll(files(root.resolve(JARS)));
    places.add(jar());
    String classPath =
        places.stream()
            .map(place -> place.toAbsolutePath().toString())
            .collect(Collectors.joining(File.pathSeparator));
    String error = compile("Operators", classPath, classes);
    if (!error.isEmpty()) {
      Compare.say("the operators do not compile against %s: %s".formatted(root, error));
      Compare.say("so its own are measured there; if it has none, those that still link");
    }
    error = compile("StepServer", classPath, classes);
    if (!error.isEmpty()) {
      throw new IOException("the workloads of %s do not fit: %s".formatted(root, error));
    }
    return new Build(root.toString(), classPath);
  }

  private static List<Path> files(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  /** A folder of this checkout for what comparing leaves behind. */
  static Path workFolder() throws IOException {
    return Files.createDirectories(jar().resolveSibling("../compare").normalize());
  }

  /** The jar of this package: {@link #JARS} in this checkout. */
  private static Path jar() {
    try {
      return Path.of(Build.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Compiles a class of this package from its source; the first error, or nothing. */
  private static String compile(String name, String classPath, Path classes) throws IOException {
    Path benchmarks = jar().resolveSibling("../../..").normalize();
    Path source = benchmarks.resolve("src/main/java/gradus/bench/" + name + ".java");
    var javac = Objects.requireNonNull(ToolProvider.getSystemJavaCompiler(), "needs a JDK");
    Files.createDirectories(classes);
    var messages = new ByteArrayOutputStream();
    int result =
        javac.run(
            null,
            messages,
            messages,
            "-proc:none",
            "-nowarn",
            "-cp",
            classPath,
            "-d",
            classes.toString(),
            source.toString());
    String all = messages.toString(StandardCharsets.UTF_8);
    return result == 0 ? "" : all.lines().findFirst().orElse("javac failed");
  }
}
