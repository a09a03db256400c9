package gradus.kernel.gemm;

import static org.assertj.core.api.Assertions.assertThat;

import gradus.kernel.code.VectorForm;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * The same bits in other virtual machines: without the Vector API, with older instructions, with
 * other widths.
 */
class GemmElsewhereTest {
  @Test
  void withoutTheVectorApi() throws Exception {
    assertThat(elsewhere()).isEqualTo("0 " + hash());
  }

  @Test
  void withOlderInstructions() throws Exception {
    for (String avx : List.of("-XX:UseAVX=1", "-XX:UseAVX=2")) {
      String answer =
          elsewhere(
              "--add-modules", "jdk.incubator.vector", "-XX:+IgnoreUnrecognizedVMOptions", avx);
      assertThat(answer).as(avx).endsWith(" " + hash()).doesNotStartWith("0 ");
    }
  }

  @Test
  void withOtherWidths() throws Exception {
    for (String bits : List.of("0", "128", "512")) {
      String answer =
          elsewhere("--add-modules", "jdk.incubator.vector", "-Dgradus.vector.bits=" + bits);
      assertThat(answer).isEqualTo(bits + " " + hash());
    }
  }

  @Test
  void inTheScalarTier() throws Exception {
    assertThat(elsewhere("--add-modules", "jdk.incubator.vector", "-Dgradus.tier=scalar"))
        .isEqualTo("0 " + hash());
  }

  @Test
  void interpretedOnly() throws Exception {
    assertThat(elsewhere("--add-modules", "jdk.incubator.vector", "-Xint")).endsWith(" " + hash());
  }

  /**
   * Runs in the child: prints the vector width and the hash of some products, by kernels used at
   * once if there are any.
   */
  public static void main(String[] args) {
    int bits = VectorForm.PLATFORM.bits();
    MicroKernels floats = bits == 0 ? null : new MicroKernels(new FloatGemmLoops(), bits, false);
    MicroKernels doubles = bits == 0 ? null : new MicroKernels(new DoubleGemmLoops(), bits, false);
    int hash = 1;
    for (GemmCase problem : problems()) {
      hash = 31 * hash + Arrays.hashCode(problem.floatsBy(floats));
      hash = 31 * hash + Arrays.hashCode(problem.doublesBy(doubles));
      hash = 31 * hash + Arrays.hashCode(problem.floatsByRows(floats));
      hash = 31 * hash + Arrays.hashCode(problem.floatsByGemm());
    }
    System.out.println(bits + " " + hash);
  }

  private static int hash() {
    int hash = 1;
    for (GemmCase problem : problems()) {
      float[] floats = problem.floatsByPlainLoop();
      hash = 31 * hash + Arrays.hashCode(floats);
      hash = 31 * hash + Arrays.hashCode(problem.doublesByPlainLoop());
      hash = 31 * hash + Arrays.hashCode(floats);
      hash = 31 * hash + Arrays.hashCode(floats);
    }
    return hash;
  }

  private static List<GemmCase> problems() {
    Random random = new Random(77);
    List<GemmCase> problems = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      problems.add(GemmCase.random(random, 40));
    }
    problems.add(GemmCase.of(20, 40, 300, random));
    return problems;
  }

  private static String elsewhere(String... options) throws Exception {
    Set<String> path = new LinkedHashSet<>();
    for (Class<?> type : List.of(Gemm.class, GemmElsewhereTest.class)) {
      path.add(root(type));
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    command.addAll(
        List.of(
            "-cp",
            String.join(java.io.File.pathSeparator, path),
            GemmElsewhereTest.class.getName()));
    Process child =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return output.strip();
  }

  /**
   * The folder or jar that a class came from; asked of the class file, since tests may be patched
   * into the module.
   */
  private static String root(Class<?> type) throws Exception {
    String name = "/" + type.getName().replace('.', '/') + ".class";
    String url = type.getResource(name).toString();
    String root = url.substring(0, url.length() - name.length());
    if (root.startsWith("jar:")) {
      root = root.substring("jar:".length(), root.length() - "!".length());
    }
    return Path.of(URI.create(root)).toString();
  }
}
