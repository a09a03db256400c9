package gradus.nn;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The code samples in the documentation of this package compile. */
class SamplesTest {
  private static final Pattern SAMPLE =
      Pattern.compile("<pre>\\{@code\\n(.*?)\\n\\s*\\* \\}</pre>", Pattern.DOTALL);

  /** What samples use without making it. */
  private static final String AROUND =
      """
      import gradus.*;
      import gradus.nn.*;
      import java.util.*;
      import java.nio.*;

      class Sample {
        static Tensor x;
        static Tensor w;
        static Tensor weight;
        static Tensor bias;
        static Tensor target;
        static Sequential net;
        %s
      }
      """;

  @TempDir private Path folder;

  @TestFactory
  Stream<DynamicTest> samplesCompile() throws IOException {
    var tests = new ArrayList<DynamicTest>();
    Path sources = Path.of("src/main/java/gradus/nn");
    Path root = Files.exists(sources) ? sources : Path.of("nn-layers").resolve(sources);
    try (Stream<Path> files = Files.list(root)) {
      for (Path file : files.sorted().toList()) {
        List<String> samples = samples(Files.readString(file));
        for (int i = 0; i < samples.size(); i++) {
          String sample = samples.get(i);
          tests.add(DynamicTest.dynamicTest(file.getFileName() + " " + i, () -> compile(sample)));
        }
      }
    }
    assertThat(tests).hasSizeGreaterThan(8);
    return tests.stream();
  }

  private static List<String> samples(String source) {
    return SAMPLE
        .matcher(source)
        .results()
        .map(sample -> sample.group(1).replaceAll("(?m)^ *\\* ?", ""))
        .toList();
  }

  private void compile(String sample) {
    boolean type = sample.startsWith("record ") || sample.startsWith("class ");
    String member = type ? "static " + sample : "void main() {\n" + sample + "\n}";
    String source = AROUND.formatted(member);
    var file =
        new SimpleJavaFileObject(URI.create("string:///Sample.java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignore) {
            return source;
          }
        };
    var messages = new StringWriter();
    List<String> options =
        List.of(
            "-proc:none",
            "-Xlint:none",
            "-d",
            folder.toString(),
            "-cp",
            System.getProperty("java.class.path"));
    boolean ok =
        ToolProvider.getSystemJavaCompiler()
            .getTask(messages, null, null, options, null, List.of(file))
            .call();
    assertThat(ok).as("%s%n%s", source, messages).isTrue();
  }
}
