package gradus.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import gradus.DType;
import gradus.Generator;
import gradus.Parameter;
import gradus.Shape;
import gradus.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StructureTest {
  private static Parameter parameter(int n) {
    return new Parameter(Tensor.zeros(n));
  }

  record Scale(Parameter weight) implements Layer {
    @Override
    public Tensor forward(Tensor x) {
      return x.mul(weight);
    }
  }

  record Pair(Scale left, Scale right) {}

  static class Base implements Layer {
    static final Parameter SHARED_BY_ALL = parameter(9);
    private final Parameter first = parameter(1);
    transient @Nullable Tensor cache = Tensor.zeros(3);

    @Override
    public Tensor forward(Tensor x) {
      return x.mul(first);
    }
  }

  static final class Everything extends Base {
    @Buffer final Tensor mean = Tensor.zeros(2);
    final Tensor constant = Tensor.zeros(4);
    final List<Object> list = List.of(new Scale(parameter(2)), "text", new Scale(parameter(3)));
    final Scale[] array = {new Scale(parameter(4)), new Scale(parameter(5))};
    final Map<String, Layer> map = new LinkedHashMap<>();
    final Optional<Layer> maybe = Optional.of(new Scale(parameter(6)));
    final Pair pair = new Pair(new Scale(parameter(7)), new Scale(parameter(8)));
    final @Nullable Layer none = null;
    final String name = "n";
    final double[] numbers = {1};
    final Generator generator = new Generator(0);

    @Buffer
    @Name("running_mean")
    final Tensor runningMean = Tensor.zeros(1);

    Everything() {
      map.put("z", new Scale(parameter(10)));
      map.put("a", new Scale(parameter(11)));
    }
  }

  @Test
  void findsPartsWhereverTheyLie() {
    var net = new Everything();

    assertThat(net.namedParameters().keySet())
        .containsExactly(
            "first",
            "list.0.weight",
            "list.2.weight",
            "array.0.weight",
            "array.1.weight",
            "map.z.weight",
            "map.a.weight",
            "maybe.weight",
            "pair.left.weight",
            "pair.right.weight");
    assertThat(net.namedBuffers().keySet()).containsExactly("mean", "running_mean");
    assertThat(net.children().keySet())
        .containsExactly(
            "list.0",
            "list.2",
            "array.0",
            "array.1",
            "map.z",
            "map.a",
            "maybe",
            "pair.left",
            "pair.right");
    assertThat(net.numParameters()).isEqualTo(1 + 2 + 3 + 4 + 5 + 10 + 11 + 6 + 7 + 8);
  }

  @Test
  void namesSequentialAsPyTorch() {
    var net = new Sequential(new Linear(4, 3), new ReLU(), new Sequential(new Linear(3, 2, false)));

    assertThat(net.namedParameters().keySet()).containsExactly("0.weight", "0.bias", "2.0.weight");
    assertThat(net.children().keySet()).containsExactly("0", "1", "2");
    assertThat(net.namedLayers().keySet()).containsExactly("", "0", "1", "2", "2.0");
    assertThat(net.namedLayers().firstEntry().getValue()).isSameAs(net);
  }

  @Test
  void listsASharedParameterOnce() {
    var tied = new Linear(3, 3);
    var net = new Sequential(tied, new Linear(tied.weight(), null), tied);

    assertThat(net.parameters()).containsExactly(tied.weight(), tied.bias());
    assertThat(net.state().keySet())
        .containsExactly("0.weight", "0.bias", "1.weight", "2.weight", "2.bias");
    assertThat(net.children().keySet()).containsExactly("0", "1");
  }

  static final class Node implements Layer {
    final Parameter own = parameter(1);
    final List<Node> below = new ArrayList<>();
    @Nullable Node above;

    @Override
    public Tensor forward(Tensor x) {
      return x;
    }
  }

  @Test
  void endsAtReferencesBackwards() {
    var root = new Node();
    var child = new Node();
    root.below.add(child);
    child.above = root;

    assertThat(root.namedParameters().keySet()).containsExactly("own", "below.0.own");
    assertThat(child.namedParameters().keySet()).containsExactly("own", "above.own");
  }

  record ByKey(Map<String, Scale> heads) implements Parameterized {}

  @Test
  void takesUnorderedMapsByKey() {
    var heads = new HashMap<String, Scale>();
    for (String key : List.of("q", "b", "zz", "a", "m")) {
      heads.put(key, new Scale(parameter(1)));
    }

    assertThat(new ByKey(heads).namedParameters().keySet())
        .containsExactly(
            "heads.a.weight",
            "heads.b.weight",
            "heads.m.weight",
            "heads.q.weight",
            "heads.zz.weight");
    assertThat(new ByKey(Map.copyOf(heads)).namedParameters().keySet())
        .isEqualTo(new ByKey(heads).namedParameters().keySet());
  }

  record Unordered(Set<Object> parts) implements Parameterized {}

  @Test
  void refusesLayersInASetWithoutOrder() {
    var parts = new HashSet<Object>(List.of(new Scale(parameter(1)), "x"));

    assertThatThrownBy(() -> new Unordered(parts).parameters())
        .isInstanceOf(LayerException.class)
        .hasMessageContaining("parts holds layers in a HashSet")
        .hasMessageContaining("List");
    assertThat(new Unordered(new HashSet<>(List.of("x", "y"))).parameters()).isEmpty();
  }

  @Test
  void takesFunctionsAsLayers() {
    var net = new Sequential(new Linear(2, 2), Tensor::tanh, x -> x.mul(2));

    assertThat(net.parameters()).hasSize(2);
    assertThat(net.forward(Tensor.zeros(1, 2)).shape()).isEqualTo(Shape.of(1, 2));
  }

  @Test
  void refusesFunctionsThatHideParameters() {
    var linear = new Linear(3, 2);
    Parameter weight = parameter(3);
    Tensor constant = Tensor.zeros(3);
    List<Linear> list = List.of(linear);

    Map<Layer, String> captured =
        Map.of(
            linear::forward, "Linear(in=3, out=2, bias=true)",
            x -> x.mul(weight), "a Parameter [3]",
            x -> x.sub(constant), "a Tensor [3]",
            x -> list.getFirst().forward(x), "Linear(in=3, out=2, bias=true)");
    captured.forEach(
        (hiding, what) ->
            assertThatThrownBy(() -> new Sequential(hiding).parameters())
                .isInstanceOf(LayerException.class)
                .hasMessageStartingWith(
                    "0 is a lambda or method reference that captures %s, which would be neither"
                        + " trained nor saved. ",
                    what));
    double factor = 3;
    assertThat(new Sequential(x -> x.mul(factor)).parameters()).isEmpty();
  }

  @Test
  void aFunctionThatHidesWhatIsNoLayerIsToldToBecomeARecord() {
    var lstm = new LSTM(6, 3);

    assertThatThrownBy(() -> new Sequential(x -> lstm.call(x).output()).parameters())
        .isInstanceOf(LayerException.class)
        .hasMessage(
            "0 is a lambda or method reference that captures LSTM(6, 3), which would be neither"
                + " trained nor saved. Write a record with it as component: record Own(LSTM part)"
                + " implements Layer { ... }");
    Parameter weight = parameter(1);
    assertThatThrownBy(() -> new Sequential(x -> x.mul(weight)).state())
        .hasMessageEndingWith("record Own(Parameter part) implements Layer { ... }");
    var linear = new Linear(3, 2);
    assertThatThrownBy(() -> new Sequential(linear::forward).state())
        .hasMessageEndingWith("Pass the layer itself, or write a record with it as component");
  }

  static final class Own implements Layer {
    final Linear linear = new Linear(2, 2);
    final Layer twice = x -> linear.forward(linear.forward(x));
    final UnaryOperator<Tensor> bound = linear::forward;

    @Override
    public Tensor forward(Tensor x) {
      return bound.apply(twice.forward(x));
    }
  }

  @Test
  void allowsFunctionsOverPartsThatAreFoundElsewhere() {
    assertThat(new Own().namedParameters().keySet())
        .containsExactly("linear.weight", "linear.bias");
  }

  @Test
  void findsWhatALocalClassCaptures() {
    Parameter weight = parameter(2);
    Layer anonymous =
        new Layer() {
          @Override
          public Tensor forward(Tensor x) {
            return x.mul(weight);
          }
        };

    assertThat(anonymous.namedParameters()).containsOnlyKeys("weight");
  }

  static final class Plain {
    final Linear linear = new Linear(2, 2);
  }

  /** What a layer may keep in a field: no part of it. */
  static final class Cache {
    Tensor keys = Tensor.zeros(2);
  }

  record Caching(Cache cache, @Buffer List<Tensor> means, Means record) implements Parameterized {}

  record Means(@Parameterized.Buffer @Name("a") Tensor marked, Tensor constant) {}

  record AllMarked(@Buffer Means means, @Buffer @Nullable Cache none) implements Parameterized {}

  @Test
  void aMarkReachesIntoListsAndRecords() {
    var means = new Means(Tensor.ones(1), Tensor.ones(2));
    var caching = new Caching(new Cache(), List.of(Tensor.zeros(3), Tensor.zeros(4)), means);

    assertThat(caching.namedBuffers()).containsOnlyKeys("means.0", "means.1", "record.a");
    assertThat(new AllMarked(means, null).namedBuffers())
        .containsOnlyKeys("means.a", "means.constant");
  }

  record Holder(Plain plain) implements Parameterized {}

  @Test
  void refusesLayersInAClassThatIsNone() {
    assertThatThrownBy(() -> new Holder(new Plain()).parameters())
        .isInstanceOf(LayerException.class)
        .hasMessageContaining("plain is a Plain, which holds a Linear in linear")
        .hasMessageContaining("implement Parameterized");
  }

  record TwoInputs(Linear a) implements Parameterized {
    Tensor forward(Tensor x, Tensor y) {
      return a.forward(x).add(y);
    }
  }

  record WithCustom(TwoInputs cell) implements Layer {
    @Override
    public Tensor forward(Tensor x) {
      return cell.forward(x, x);
    }
  }

  @Test
  void findsPartsWithAnotherForward() {
    assertThat(new WithCustom(new TwoInputs(new Linear(2, 2))).namedParameters().keySet())
        .containsExactly("cell.a.weight", "cell.a.bias");
  }

  @Test
  void switchesModesEverywhere() {
    var dropout = new Dropout(0.5);
    var net = new Sequential(new Sequential(dropout), new ReLU());

    assertThat(net.isTraining()).isTrue();
    net.eval();
    assertThat(net.isTraining()).isFalse();
    assertThat(dropout.isTraining()).isFalse();
    net.train();
    assertThat(dropout.isTraining()).isTrue();
    assertThat(new Sequential(new ReLU()).isTraining()).isTrue();
  }

  @Test
  void freezesAndForgetsGradients() {
    var net = new Sequential(new Linear(2, 1));
    net.forward(Tensor.ones(1, 2)).sum().backward();
    assertThat(net.parameters()).allMatch(p -> p.grad() != null);

    net.zeroGrad();
    assertThat(net.parameters()).allMatch(p -> p.grad() == null);
    net.requiresGrad(false);
    assertThat(net.forward(Tensor.ones(1, 2)).requiresGrad()).isFalse();
    net.requiresGrad(true);
    assertThat(net.forward(Tensor.ones(1, 2)).requiresGrad()).isTrue();
  }

  @Test
  void convertsInPlace() {
    var net = new Sequential(new Linear(2, 3));
    List<Parameter> before = net.parameters();
    double[] values = before.getFirst().toDoubles();
    net.to(DType.FLOAT64);

    assertThat(net.parameters()).containsExactlyElementsOf(before);
    assertThat(before.getFirst().dtype()).isEqualTo(DType.FLOAT64);
    assertThat(before.getFirst().toDoubles()).containsExactly(values);
    Tensor y = net.forward(Tensor.ones(Shape.of(1, 2), DType.FLOAT64));
    assertThat(y.dtype()).isEqualTo(DType.FLOAT64);
    y.sum().backward();
    assertThat(before.getFirst().grad().dtype()).isEqualTo(DType.FLOAT64);
  }

  @Test
  void aGraphFromBeforeTheConversionIsRightOrRefused() {
    var net = new Linear(2, 1);
    Tensor throughAView = net.forward(Tensor.of(3, 5)).sum();
    Tensor direct = net.weight().mul(net.weight()).sum();
    net.to(DType.FLOAT64);

    throughAView.backward();
    assertThat(net.weight().grad().dtype()).isEqualTo(DType.FLOAT64);
    assertThat(net.weight().grad().toDoubles()).containsExactly(3, 5);
    assertThatThrownBy(direct::backward).hasMessageContaining("changed in place");
  }

  record Noise(double by, Parameter weight, Linear fc, Kind kind, String note, List<Integer> sizes)
      implements Layer {
    enum Kind {
      GAUSSIAN
    }

    @Override
    public Tensor forward(Tensor x) {
      return x;
    }
  }

  static final class Printing implements Layer {
    private final int width = 3;
    private final boolean fast = true;
    private final @Nullable String missing = null;
    private final Parameter weight = parameter(2);
    private final double[] table = {1};

    @Override
    public Tensor forward(Tensor x) {
      return x.mul(weight).mul(width).mul(table[0]).mul(fast ? 1 : 0).mul(missing == null ? 1 : 0);
    }

    @Override
    public String toString() {
      return describe();
    }
  }

  @Test
  void aLayerOfOnesOwnPrintsWhatItIs() {
    assertThat(new Printing()).hasToString("Printing(weight=[2], width=3, fast=true)");
    var noise =
        new Noise(0.5, parameter(4), new Linear(2, 1), Noise.Kind.GAUSSIAN, "n", List.of(1));
    double factor = 2;
    assertThat(new Sequential(noise, x -> x.mul(factor)))
        .hasToString(
            """
            Sequential(
              (0): Noise(
                weight=[4], by=0.5, kind=GAUSSIAN, note=n
                (fc): Linear(in=2, out=1, bias=true)
              )
              (1): function()
            )\
            """);
  }

  @Test
  void aSequenceCountsFromItsEndToo() {
    var last = new Tanh();
    var net = new Sequential(new Linear(2, 2), new ReLU(), last);

    assertThat(net.get(-1)).isSameAs(last);
    assertThat(net.get(-3)).isSameAs(net.get(0));
    assertThatThrownBy(() -> net.get(3))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessage("Sequential: index 3 is outside [-3, 3)");
    assertThatThrownBy(() -> net.get(-4)).hasMessage("Sequential: index -4 is outside [-3, 3)");
  }

  @Test
  void printsTheTree() {
    var net =
        new Sequential(
            new Linear(4, 3), new Sequential(new GELU("tanh"), new Dropout(0.1)), Tensor::tanh);

    assertThat(net)
        .hasToString(
            """
            Sequential(
              (0): Linear(in=4, out=3, bias=true)
              (1): Sequential(
                (0): GELU(approximate=tanh)
                (1): Dropout(p=0.1)
              )
              (2): function()
            )\
            """);
    assertThat(new Everything().describe())
        .startsWith(
            """
            Everything(
              first=[1], mean=[2], running_mean=[1], name=n
              (list.0): Scale(weight=[2])
            """);
  }
}
