package gradus.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import gradus.DType;
import gradus.Parameter;
import gradus.Shape;
import gradus.Tensor;
import gradus.nn.Parameterized;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;

/**
 * A reference case computed by PyTorch in float64: inputs, outputs, and the gradients of the sum of
 * seed * output. The cases lie outside the repository, in {@code shared/oracle} beside it or above,
 * or where {@code -Dgradus.oracle} says; without them the tests are skipped.
 *
 * @param attrs the arguments that are no tensors, by their PyTorch names; absent ones have
 *     PyTorch's defaults
 */
record OracleCase(
    String name,
    String op,
    Map<String, Object> attrs,
    Map<String, Tensor> inputs,
    Map<String, Tensor> outputs,
    Map<String, Tensor> seeds,
    Map<String, Tensor> grads) {

  // --- where they are ---

  /** One test for each case of a group whose operator is among these. */
  static Stream<DynamicTest> tests(String group, Set<String> ops, Consumer<OracleCase> test) {
    Path folder = folder();
    Assumptions.assumeTrue(
        folder != null, "skipped: no shared/oracle here or above; -Dgradus.oracle=DIR names it");
    var seen = new TreeSet<String>();
    List<OracleCase> cases =
        lines(Objects.requireNonNull(folder).resolve("cases/index.tsv")).stream()
            .map(line -> line.split("\t"))
            .filter(row -> row.length >= 3 && row[1].equals(group) && ops.contains(row[2]))
            .peek(row -> seen.add(row[2]))
            .map(row -> read(folder.resolve("cases").resolve(row[0] + ".json")))
            .toList();
    assertThat(seen).as("operators with cases").isEqualTo(new TreeSet<>(ops));
    return cases.stream().map(c -> DynamicTest.dynamicTest(c.name, () -> test.accept(c)));
  }

  private static @Nullable Path folder() {
    String given = System.getProperty("gradus.oracle");
    if (given != null) {
      return Path.of(given);
    }
    Path start = Path.of(System.getProperty("gradus.root", "")).toAbsolutePath();
    for (Path p = start; p != null; p = p.getParent()) {
      Path candidate = p.resolve("shared/oracle");
      if (Files.exists(candidate.resolve("cases/index.tsv"))) {
        return candidate;
      }
    }
    return null;
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // --- reading ---

  @SuppressWarnings("unchecked")
  private static OracleCase read(Path file) {
    var json = (Map<String, Object>) Json.parse(String.join("\n", lines(file)));
    return new OracleCase(
        (String) Objects.requireNonNull(json.get("name")),
        (String) Objects.requireNonNull(json.get("op")),
        (Map<String, Object>) Objects.requireNonNull(json.get("attrs")),
        tensors(json.get("inputs")),
        tensors(json.get("outputs")),
        tensors(json.get("seeds")),
        tensors(json.get("grads")));
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Tensor> tensors(@Nullable Object json) {
    var tensors = new LinkedHashMap<String, Tensor>();
    ((Map<String, Object>) Objects.requireNonNull(json))
        .forEach((name, tensor) -> tensors.put(name, tensor((Map<String, Object>) tensor)));
    return tensors;
  }

  private static Tensor tensor(Map<String, Object> json) {
    DType dtype = DType.valueOf(((String) json.get("dtype")).toUpperCase(Locale.ROOT));
    int[] dims =
        ((List<?>) json.get("shape")).stream().mapToInt(d -> ((Double) d).intValue()).toArray();
    double[] values =
        ((List<?>) json.get("data")).stream().mapToDouble(OracleCase::number).toArray();
    return Tensor.of(values, DType.FLOAT64).reshape(Shape.of(dims).dims()).to(dtype);
  }

  private static double number(Object json) {
    return switch (json) {
      case Double d -> d;
      case Boolean b -> b ? 1 : 0;
      case String s -> Double.parseDouble(s);
      default -> throw new IllegalArgumentException(json.toString());
    };
  }

  // --- arguments ---

  double number(String attr, double otherwise) {
    return attrs.get(attr) instanceof Double d ? d : otherwise;
  }

  boolean flag(String attr) {
    return Boolean.TRUE.equals(attrs.get(attr));
  }

  String text(String attr, String otherwise) {
    return attrs.get(attr) instanceof String s ? s : otherwise;
  }

  Tensor in(String name) {
    return Objects.requireNonNull(inputs.get(name), name);
  }

  // --- judging ---

  /** Holds a function of the inputs against the one output and all gradients. */
  void check(Function<OracleCase, Tensor> function) {
    grads.keySet().forEach(name -> in(name).requiresGrad(true));
    Tensor out = function.apply(this);
    close("out", out, Objects.requireNonNull(outputs.get("out")));
    if (!grads.isEmpty()) {
      out.mul(Objects.requireNonNull(seeds.get("out"))).sum().backward();
      grads.forEach(
          (name, expected) ->
              close("gradient of " + name, Objects.requireNonNull(in(name).grad()), expected));
    }
  }

  /**
   * Holds a layer, whose parameters are the inputs of their names, against all outputs and
   * gradients.
   *
   * @param forward the outputs by name, given the layer; other inputs are leaves
   */
  <L extends Parameterized> void check(L layer, Function<L, Map<String, Tensor>> forward) {
    layer.to(DType.FLOAT64);
    var state = new LinkedHashMap<>(inputs);
    state.keySet().retainAll(layer.state().keySet());
    assertThat(layer.loadMatching(state).missing())
        .as("%s: parameters without an input", name)
        .allMatch(n -> n.endsWith("num_batches_tracked"));
    Map<String, Parameter> parameters = layer.namedParameters();
    grads.keySet().stream()
        .filter(n -> !parameters.containsKey(n))
        .forEach(n -> in(n).requiresGrad(true));
    Map<String, Tensor> actual = forward.apply(layer);
    Tensor loss = Tensor.scalar(0, DType.FLOAT64);
    assertThat(actual.keySet()).as(name).isEqualTo(outputs.keySet());
    for (var expected : outputs.entrySet()) {
      Tensor out = Objects.requireNonNull(actual.get(expected.getKey()));
      close(expected.getKey(), out, expected.getValue());
      Tensor seed = seeds.get(expected.getKey());
      loss = seed == null ? loss : loss.add(out.mul(seed).sum());
    }
    loss.backward();
    grads.forEach(
        (n, expected) -> {
          Tensor leaf = parameters.containsKey(n) ? parameters.get(n) : in(n);
          close("gradient of " + n, Objects.requireNonNull(leaf.grad()), expected);
        });
  }

  /**
   * |a - b| <= 1e-9 max(1, |b|); NaN equals NaN, infinities by sign. Only where PyTorch itself
   * divides by the float next to 1e-12, 4e-9 away from it, 1e-8.
   */
  void close(String what, Tensor actual, Tensor expected) {
    assertThat(actual.shape()).as("%s: shape of %s", name, what).isEqualTo(expected.shape());
    double[] a = actual.toDoubles();
    double[] b = expected.toDoubles();
    double tolerance = name.equals("bce_saturated") ? 1e-8 : 1e-9;
    for (int i = 0; i < b.length; i++) {
      double bound = tolerance * Math.max(1, Math.abs(b[i]));
      boolean same = Double.compare(a[i], b[i]) == 0 || Math.abs(a[i] - b[i]) <= bound;
      assertThat(same).as("%s: %s at %d is %s, PyTorch has %s", name, what, i, a[i], b[i]).isTrue();
    }
  }
}
