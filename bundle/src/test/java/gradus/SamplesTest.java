package gradus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Compiles every sample of code in the documents and in the Javadoc of exported packages. A sample
 * is a script, declarations, or statements; these may use the variables of {@link #GIVEN}.
 */
class SamplesTest {
  private static final Pattern IN_MARKDOWN = Pattern.compile("(?s)```java\\n(.*?)```");
  private static final Pattern IN_JAVADOC =
      Pattern.compile("(?s)<pre>\\{@code\\n(.*?)\\n\\s*\\* \\}</pre>");
  private static final Pattern EXPORTS = Pattern.compile("exports ([\\w.]+);");
  private static final Pattern IMPORT = Pattern.compile("(?m)^\\s*import [^;]*;");

  /** What a sample may use, as if it stood above it. */
  private static final String GIVEN =
      """
      Tensor x, y, a, b, c, w, h, weight, bias, kernel, input, target, loss, gradient, mask, index;
      Tensor xs, ys, images, predicted, actual;
      Tensor[] in;
      gradus.nn.Sequential net;
      gradus.optim.Optimizer adam;
      TensorDataset train, test, digits;
      List<String> texts;
      double[] losses;
      Random random;
      void train(Layer layer) {}
      """;

  record Sample(String place, String code) {
    @Override
    public String toString() {
      return place;
    }
  }

  static List<Sample> samples() throws IOException {
    var found = new ArrayList<Sample>();
    Path root = SourceTree.root();
    try (Stream<Path> files = Stream.concat(Files.list(root), Files.walk(root.resolve("docs")))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".md")).sorted().toList()) {
        IN_MARKDOWN
            .matcher(Files.readString(file))
            .results()
            .forEach(m -> found.add(new Sample(place(root, file, m.start()), m.group(1))));
      }
    }
    for (String module : SourceTree.MODULES) {
      Path sources = root.resolve(module).resolve("src/main/java");
      for (var e :
          EXPORTS
              .matcher(Files.readString(sources.resolve("module-info.java")))
              .results()
              .toList()) {
        try (Stream<Path> files = Files.list(sources.resolve(e.group(1).replace('.', '/')))) {
          for (Path file : files.filter(f -> f.toString().endsWith(".java")).sorted().toList()) {
            IN_JAVADOC
                .matcher(Files.readString(file))
                .results()
                .forEach(
                    m ->
                        found.add(
                            new Sample(
                                place(root, file, m.start()),
                                m.group(1).replaceAll("(?m)^\\s*\\* ?", ""))));
          }
        }
      }
    }
    return found;
  }

  /** Programs from public bug reports: what they call exists, whatever it answers. */
  static List<Sample> cases() throws IOException {
    Path folder = SourceTree.root().resolve("bundle/src/test/cases");
    String checks = Files.readString(folder.resolve("checks.txt"));
    var found = new ArrayList<Sample>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".java")).sorted().toList()) {
        found.add(new Sample(file.getFileName().toString(), Files.readString(file) + checks));
      }
    }
    assertThat(found).hasSizeGreaterThan(30);
    return found;
  }

  private static String place(Path root, Path file, int offset) {
    try {
      long line = Files.readString(file).substring(0, offset).lines().count() + 1;
      return root.relativize(file) + ":" + line;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** The lines that the diffs in CONTRIBUTING add stand in the files named above them. */
  @Test
  void diffsAreTrue() throws IOException {
    Path root = SourceTree.root();
    List<String> lines = Files.readAllLines(root.resolve("CONTRIBUTING.md"));
    List<String> file = List.of();
    int added = 0;
    for (String line : lines) {
      if (line.startsWith("+++ ")) {
        file = Files.readAllLines(root.resolve(line.substring(4)));
      } else if (line.startsWith("+")) {
        assertThat(file).contains(line.substring(1));
        added++;
      }
    }
    assertThat(added).isPositive();
  }

  @Test
  void samplesAreFound() throws IOException {
    assertThat(samples()).hasSizeGreaterThan(10);
    assertThat(samples()).anyMatch(s -> s.place.startsWith("README.md"));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void caseCompiles(Sample script) {
    assertThat(errorsOf(IMPORT.matcher(script.code).replaceAll(""))).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("samples")
  void compiles(Sample sample) {
    String code = IMPORT.matcher(sample.code).replaceAll("");
    String value = "return " + code.strip().replaceFirst(";$", "") + ";";
    List<String> first = errors(code);
    if (!first.isEmpty()
        && !errors("void sample() throws Exception {\n" + code + "\n}").isEmpty()
        && !errors("Object sample() throws Exception {\n" + value + "\n}").isEmpty()) {
      fail(
          "as declarations: %s%nas statements: %s"
              .formatted(first, errors("void sample() throws Exception {\n" + code + "\n}")));
    }
  }

  /** Imports as a script has them that says {@code import module gradus}. */
  private static String imports() {
    var imports = new StringBuilder("import module java.base; import static gradus.Index.*;");
    try {
      for (String module : SourceTree.MODULES) {
        Path descriptor =
            SourceTree.root().resolve(module).resolve("src/main/java/module-info.java");
        EXPORTS
            .matcher(Files.readString(descriptor))
            .results()
            .forEach(m -> imports.append(" import " + m.group(1) + ".*;"));
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return imports + "\n";
  }

  private static List<String> errors(String body) {
    return errorsOf(GIVEN + body);
  }

  /** What javac says to the members of a class. */
  private static List<String> errorsOf(String members) {
    String imports = imports();
    var source =
        new SimpleJavaFileObject(URI.create("string:///Sample.java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return imports + "class SampleOfCode {\n" + members + "\n}\n";
          }
        };
    var compiler = ToolProvider.getSystemJavaCompiler();
    var messages = new DiagnosticCollector<JavaFileObject>();
    var options = List.of("-proc:none", "-cp", System.getProperty("java.class.path"));
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      compiler.getTask(null, new Nowhere(files), messages, options, null, List.of(source)).call();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return messages.getDiagnostics().stream()
        .filter(m -> m.getKind() == Diagnostic.Kind.ERROR)
        .map(
            m ->
                m.getLineNumber()
                    - imports.lines().count()
                    - GIVEN.lines().count()
                    - 1
                    + ": "
                    + m.getMessage(Locale.ROOT))
        .toList();
  }

  /** Keeps the class files nowhere. */
  private static final class Nowhere extends ForwardingJavaFileManager<JavaFileManager> {
    Nowhere(JavaFileManager files) {
      super(files);
    }

    @Override
    public JavaFileObject getJavaFileForOutput(
        Location location,
        String className,
        JavaFileObject.Kind kind,
        javax.tools.FileObject from) {
      return new SimpleJavaFileObject(URI.create("string:///" + className), kind) {
        @Override
        public java.io.OutputStream openOutputStream() {
          return java.io.OutputStream.nullOutputStream();
        }
      };
    }
  }
}
