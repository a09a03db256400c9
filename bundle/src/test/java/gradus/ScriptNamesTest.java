package gradus;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The names that {@code import module gradus} brings. A name that two exported packages have, or
 * that java.base has too, is ambiguous in every script that uses it.
 */
class ScriptNamesTest {
  private static final Pattern EXPORTS = Pattern.compile("exports ([\\w.]+);");
  private static final Pattern PUBLIC =
      Pattern.compile(
          "^public (?:abstract |final |sealed |non-sealed )*(?:class|interface|record|enum|@interface) ",
          Pattern.MULTILINE);

  /**
   * PyTorch names that java.base has too (java.lang.reflect.Parameter, java.security.Identity);
   * scripts that use one import it by its full name.
   */
  private static final Set<String> KNOWN = Set.of("Identity", "Parameter");

  @Test
  void noTwoExportedPackagesShareAName() throws IOException {
    Map<String, Set<String>> packages = packagesByName();

    assertThat(packages).containsKeys("Tensor", "Linear", "Adam", "Digits", "GradCheck");
    assertThat(packages.entrySet().stream().filter(e -> e.getValue().size() > 1).toList())
        .isEmpty();
  }

  @Test
  void noNameIsOneOfTheJdk() throws IOException {
    Set<String> taken = publicNamesOfJavaBase();
    assertThat(taken).contains("String", "Parameter");

    Set<String> clashes = new TreeSet<>(packagesByName().keySet());
    clashes.retainAll(taken);
    assertThat(clashes).isEqualTo(KNOWN);
  }

  /**
   * A script cannot switch the engine's recording off behind its back or give memory away: neither
   * the packages of the engine nor its methods on storages can be named.
   */
  @Test
  void theEngineIsOutOfReach() throws IOException {
    assertThat(packagesByName()).doesNotContainKeys("Backward", "Dispatcher", "ArrayStorage");
    assertThat(
            Arrays.stream(Storage.class.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()))
                .map(method -> method.getName()))
        .containsExactlyInAnyOrder(
            "of", "array", "size", "floats", "doubles", "ints", "longs", "bytes", "version",
            "changed");
    assertThat(Arrays.stream(Tensor.class.getMethods()).map(method -> method.getName()))
        .contains("sum", "backward")
        .doesNotContain("node", "memory", "residual", "deferred", "borrowGrad", "accumulateGrad");
  }

  /** The public top-level types of all exported packages, and where they are. */
  private static Map<String, Set<String>> packagesByName() throws IOException {
    var result = new TreeMap<String, Set<String>>();
    for (String module : SourceTree.MODULES) {
      Path sources = SourceTree.root().resolve(module).resolve("src/main/java");
      Path descriptor = sources.resolve("module-info.java");
      for (var e : EXPORTS.matcher(Files.readString(descriptor)).results().toList()) {
        String name = e.group(1);
        try (var files = Files.list(sources.resolve(name.replace('.', '/')))) {
          for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
            if (PUBLIC.matcher(Files.readString(file)).find()) {
              String type = file.getFileName().toString().replace(".java", "");
              result.computeIfAbsent(type, t -> new TreeSet<>()).add(name);
            }
          }
        }
      }
    }
    return result;
  }

  private static Set<String> publicNamesOfJavaBase() throws IOException {
    var exported =
        Object.class.getModule().getDescriptor().exports().stream()
            .filter(e -> !e.isQualified())
            .map(e -> e.source())
            .collect(Collectors.toSet());
    var names = new TreeSet<String>();
    Path root = FileSystems.getFileSystem(URI.create("jrt:/")).getPath("modules", "java.base");
    for (String name : exported) {
      try (var files = Files.list(root.resolve(name.replace('.', '/')))) {
        for (Path file : files.toList()) {
          String type = file.getFileName().toString();
          if (type.endsWith(".class") && !type.contains("$") && isPublic(name, type)) {
            names.add(type.replace(".class", ""));
          }
        }
      }
    }
    return names;
  }

  private static boolean isPublic(String packageName, String file) {
    try {
      String name = packageName + "." + file.replace(".class", "");
      return Modifier.isPublic(Class.forName(name, false, null).getModifiers());
    } catch (ClassNotFoundException e) {
      return false; // package-info
    }
  }
}
