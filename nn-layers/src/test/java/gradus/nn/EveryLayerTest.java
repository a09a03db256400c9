package gradus.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import gradus.DType;
import gradus.Generator;
import gradus.Shape;
import gradus.Tensor;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Each layer and loss as its shortest constructor makes it: its settings, which are PyTorch's
 * defaults, the names and shapes of its state, the shape of its result, and that a gradient arrives
 * at its input and at each of its parameters.
 */
class EveryLayerTest {
  private record Case(
      Parameterized part,
      String settings,
      String state,
      Shape in,
      Shape out,
      UnaryOperator<Tensor> f) {
    String name() {
      return part.getClass().getSimpleName();
    }
  }

  private static int[] dims(int... dims) {
    return dims;
  }

  private static Case of(Layer layer, String settings, String state, int[] in, int[] out) {
    return of(layer, settings, state, in, out, layer::forward);
  }

  private static Case of(
      Parameterized part,
      String settings,
      String state,
      int[] in,
      int[] out,
      UnaryOperator<Tensor> f) {
    return new Case(part, settings, state, Shape.of(in), Shape.of(out), f);
  }

  private static Case loss(Loss loss, String settings, Tensor target) {
    int[] in = target.dtype().isFloating() ? target.shape().dims() : dims(target.numel(), 3);
    return of(loss, settings, "", in, dims(), x -> loss.forward(x.sigmoid(), target));
  }

  private static Stream<Case> cases() {
    int[] one = {2, 4, 6};
    int[] two = {2, 4, 6, 5};
    int[] three = {2, 4, 6, 5, 4};
    String batch = "4, eps=1.0E-5, momentum=0.1, affine=true, trackRunningStats=true";
    String instance = "4, eps=1.0E-5, momentum=0.1, affine=false, trackRunningStats=false";
    String running = "weight[4] bias[4] running_mean[4] running_var[4] num_batches_tracked[]";
    var lstm = new LSTM(6, 3);
    var gru = new GRU(6, 3);
    var rnn = new RNN(6, 3);
    var heads = new MultiheadAttention(6, 2);
    var embedding = new Embedding(5, 3);
    Tensor index = Tensor.of(new int[][] {{4, 0}, {1, 4}});
    Tensor numbers = new Generator(1).uniform(0, 1, Shape.of(2, 3), DType.FLOAT32);
    Tensor classes = Tensor.of(new int[] {2, 0});
    return Stream.of(
        of(new Linear(6, 3), "in=6, out=3, bias=true", "weight[3, 6] bias[3]", one, dims(2, 4, 3)),
        of(
            new Conv1d(4, 3, 2),
            "in=4, out=3, kernel=2, bias=true",
            "weight[3, 4, 2] bias[3]",
            one,
            dims(2, 3, 5)),
        of(
            new Conv2d(4, 3, 2),
            "in=4, out=3, kernel=2, bias=true",
            "weight[3, 4, 2, 2] bias[3]",
            two,
            dims(2, 3, 5, 4)),
        of(
            new Conv3d(4, 3, 2),
            "in=4, out=3, kernel=2, bias=true",
            "weight[3, 4, 2, 2, 2] bias[3]",
            three,
            dims(2, 3, 5, 4, 3)),
        of(new MaxPool1d(2), "kernel=2, stride=2", "", one, dims(2, 4, 3)),
        of(new MaxPool2d(2), "kernel=2, stride=2", "", two, dims(2, 4, 3, 2)),
        of(new MaxPool3d(2), "kernel=2, stride=2", "", three, dims(2, 4, 3, 2, 2)),
        of(new AvgPool1d(2), "kernel=2, stride=2", "", one, dims(2, 4, 3)),
        of(new AvgPool2d(2), "kernel=2, stride=2", "", two, dims(2, 4, 3, 2)),
        of(new AvgPool3d(2), "kernel=2, stride=2", "", three, dims(2, 4, 3, 2, 2)),
        of(new AdaptiveAvgPool1d(2), "out=2", "", one, dims(2, 4, 2)),
        of(new AdaptiveAvgPool2d(2), "out=[2, 2]", "", two, dims(2, 4, 2, 2)),
        of(new AdaptiveAvgPool3d(2), "out=[2, 2, 2]", "", three, dims(2, 4, 2, 2, 2)),
        of(new AdaptiveMaxPool1d(2), "out=2", "", one, dims(2, 4, 2)),
        of(new AdaptiveMaxPool2d(2), "out=[2, 2]", "", two, dims(2, 4, 2, 2)),
        of(new AdaptiveMaxPool3d(2), "out=[2, 2, 2]", "", three, dims(2, 4, 2, 2, 2)),
        of(new BatchNorm1d(4), batch, running, one, one),
        of(new BatchNorm2d(4), batch, running, two, two),
        of(new BatchNorm3d(4), batch, running, three, three),
        of(new InstanceNorm1d(4), instance, "", one, one),
        of(new InstanceNorm2d(4), instance, "", two, two),
        of(new InstanceNorm3d(4), instance, "", three, three),
        of(new GroupNorm(2, 4), "2, 4, eps=1.0E-5, affine=true", "weight[4] bias[4]", two, two),
        of(
            new LayerNorm(4, 6),
            "[4, 6], eps=1.0E-5, elementwiseAffine=true",
            "weight[4, 6] bias[4, 6]",
            one,
            one),
        of(new RMSNorm(6), "[6], eps=null, elementwiseAffine=true", "weight[6]", one, one),
        of(
            embedding,
            "5, 3",
            "weight[5, 3]",
            dims(2, 2, 3),
            dims(2, 2, 3),
            x -> embedding.forward(index).mul(x)),
        of(new Dropout(), "p=0.5", "", one, one),
        of(new Flatten(), "start=1, end=-1", "", two, dims(2, 120)),
        of(new Identity(), "", "", one, one),
        of(new ReLU(), "", "", one, one),
        of(new GELU(), "approximate=none", "", one, one),
        of(new SiLU(), "", "", one, one),
        of(new Sigmoid(), "", "", one, one),
        of(new Tanh(), "", "", one, one),
        of(new Softplus(), "beta=1.0, threshold=Infinity", "", one, one),
        of(new Softmax(1), "dim=1", "", one, one),
        of(new LogSoftmax(1), "dim=1", "", one, one),
        of(
            new Sequential(new Linear(6, 3), new Tanh()),
            "",
            "0.weight[3, 6] 0.bias[3]",
            one,
            dims(2, 4, 3)),
        of(
            lstm,
            "6, 3",
            "weight_ih_l0[12, 6] weight_hh_l0[12, 3] bias_ih_l0[12] bias_hh_l0[12]",
            one,
            dims(2, 4, 3),
            x -> lstm.forward(x).output()),
        of(
            gru,
            "6, 3",
            "weight_ih_l0[9, 6] weight_hh_l0[9, 3] bias_ih_l0[9] bias_hh_l0[9]",
            one,
            dims(2, 4, 3),
            x -> gru.forward(x).output()),
        of(
            rnn,
            "6, 3",
            "weight_ih_l0[3, 6] weight_hh_l0[3, 3] bias_ih_l0[3] bias_hh_l0[3]",
            one,
            dims(2, 4, 3),
            x -> rnn.forward(x).output()),
        of(
            heads,
            "6, 2",
            "in_proj_weight[18, 6] in_proj_bias[18] out_proj.weight[6, 6] out_proj.bias[6]",
            one,
            one,
            x -> heads.forward(x, x, x).output()),
        loss(new MSELoss(), "reduction=MEAN", numbers),
        loss(new L1Loss(), "reduction=MEAN", numbers),
        loss(new BCELoss(), "reduction=MEAN", numbers),
        loss(
            new BCEWithLogitsLoss(),
            "reduction=MEAN",
            numbers),
        loss(new NLLLoss(), "ignoreIndex=-100, reduction=MEAN", classes),
        loss(
            new CrossEntropyLoss(),
            "ignoreIndex=-100, reduction=MEAN, labelSmoothing=0.0",
            classes));
  }

  @TestFactory
  Stream<DynamicTest> shapesAndDefaults() {
    return cases().map(c -> dynamicTest(c.name(), () -> check(c)));
  }

  private static void check(Case c) {
    assertThat(c.part.settings()).isEqualTo(c.settings);
    assertThat(c.part).hasToString(c.part.describe());
    assertThat(c.part.toString()).startsWith(c.name() + "(");
    String state =
        c.part.state().entrySet().stream()
            .map(e -> e.getKey() + e.getValue().shape())
            .collect(Collectors.joining(" "));
    assertThat(state).isEqualTo(c.state);
    Tensor x = new Generator(3).uniform(-2, 2, c.in, DType.FLOAT32).requiresGrad(true);
    Tensor y = c.f.apply(x);
    assertThat(y.shape()).isEqualTo(c.out);
    assertThat(y.dtype()).isEqualTo(DType.FLOAT32);
    y.mul(new Generator(4).uniform(1, 2, c.out, DType.FLOAT32)).sum().backward();
    assertThat(x.grad()).isNotNull();
    assertThat(x.grad().abs().sum().item()).as("gradient of the input").isPositive();
    c.part
        .namedParameters()
        .forEach(
            (name, p) -> {
              assertThat(p.grad()).as(name).isNotNull();
              assertThat(p.grad().abs().sum().item()).as("gradient of %s", name).isPositive();
            });
  }

  /** In training the statistics move by a tenth of the way, which is PyTorch's default. */
  @TestFactory
  Stream<DynamicTest> runningStatisticsMoveByTheDefault() {
    return Stream.of(new BatchNorm1d(4), new BatchNorm2d(4), new BatchNorm3d(4))
        .map(norm -> dynamicTest(norm.getClass().getSimpleName(), () -> moves(norm)));
  }

  private static void moves(BatchNorm norm) {
    int rank = norm instanceof BatchNorm1d ? 3 : norm instanceof BatchNorm2d ? 4 : 5;
    int[] dims = new int[rank];
    Arrays.fill(dims, 2);
    dims[1] = 4;
    norm.forward(Tensor.full(Shape.of(dims), 5, DType.FLOAT32));
    assertThat(norm.runningMean().toFloats()).containsOnly(0.5f);
    assertThat(norm.runningVar().toFloats()).containsOnly(0.9f);
  }

  /** A layer that is not listed here is not tested. */
  @Test
  void allAreListed() throws Exception {
    URI root = Layer.class.getProtectionDomain().getCodeSource().getLocation().toURI();
    Set<String> all = new TreeSet<>();
    try (Stream<Path> files = Files.list(Path.of(root).resolve("gradus/nn"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".class")).toList()) {
        String name = file.getFileName().toString().replace(".class", "");
        Class<?> type = Class.forName("gradus.nn." + name);
        int modifiers = type.getModifiers();
        if (Parameterized.class.isAssignableFrom(type)
            && Modifier.isPublic(modifiers)
            && !Modifier.isAbstract(modifiers)) {
          all.add(name);
        }
      }
    }
    Set<String> listed = new TreeSet<>(cases().map(Case::name).toList());
    assertThat(listed).isEqualTo(all);
  }
}
