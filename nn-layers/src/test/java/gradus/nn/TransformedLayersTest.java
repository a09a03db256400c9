package gradus.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import gradus.Autograd;
import gradus.DType;
import gradus.Generator;
import gradus.Gradus;
import gradus.Shape;
import gradus.Tensor;
import gradus.Vmap;
import gradus.transform.Batch;
import gradus.transform.Forward;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Networks inside of transformations: per-sample gradients, other parameters, refusals. */
class TransformedLayersTest {
  private static final Generator RANDOM = new Generator(4);

  @BeforeEach
  void seed() {
    Gradus.seed(9);
  }

  private static Tensor random(int... dims) {
    return RANDOM.uniform(-1, 1, Shape.of(dims), DType.FLOAT64);
  }

  /** vmap of grad gives every example's gradients, equal to those of a loop. */
  private static void requirePerSampleGradients(Layer net, Tensor x, Tensor classes) {
    net.to(DType.FLOAT64);
    List<String> names = List.copyOf(net.namedParameters().sequencedKeySet());
    List<Tensor> parameters = new ArrayList<>();
    net.namedParameters().values().forEach(p -> parameters.add(p.detach()));

    List<Tensor> all =
        new Vmap()
            .applyAll(
                example ->
                    Autograd.grad(
                        ps -> loss(net, names, ps, example.get(0), example.get(1)), parameters),
                x,
                classes);

    for (int b = 0; b < x.size(0); b++) {
      int example = b;
      List<Tensor> one =
          Autograd.grad(
              ps -> loss(net, names, ps, x.select(0, example), classes.select(0, example)),
              parameters);
      for (int k = 0; k < one.size(); k++) {
        double[] expected = one.get(k).toDoubles();
        double[] actual = all.get(k).select(0, b).toDoubles();
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
          assertThat(actual[i])
              .as("example %d, %s, element %d", b, names.get(k), i)
              .isCloseTo(expected[i], within(1e-11));
        }
      }
    }
  }

  private static Tensor loss(
      Layer net, List<String> names, List<Tensor> ps, Tensor x, Tensor target) {
    Map<String, Tensor> byName = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      byName.put(names.get(i), ps.get(i));
    }
    Tensor y = Layers.functionalCall(net, byName, x.unsqueeze(0));
    return F.crossEntropy(y, target.unsqueeze(0));
  }

  @Test
  void perSampleGradientsOfAnMlp() {
    var net = new Sequential(new Linear(5, 7), new Tanh(), new LayerNorm(7), new Linear(7, 3));
    requirePerSampleGradients(net, random(4, 5), Tensor.of(new long[] {0, 2, 1, 2}));
  }

  @Test
  void perSampleGradientsOfASmallCnn() {
    var net =
        new Sequential(
            new Conv2d(2, 3, 3), new ReLU(), new MaxPool2d(2), new Flatten(), new Linear(12, 3));
    requirePerSampleGradients(net, random(3, 2, 6, 6), Tensor.of(new long[] {0, 2, 1}));
  }

  @Test
  void perSampleGradientsOfAnAttentionBlock() {
    record Block(MultiheadAttention attention, Linear head) implements Layer {
      @Override
      public Tensor forward(Tensor x) {
        Tensor y = attention.call(x, x, x).output().add(x);
        return head.call(y.flatten(1));
      }
    }
    requirePerSampleGradients(
        new Block(new MultiheadAttention(4, 2), new Linear(20, 3)),
        random(3, 5, 4),
        Tensor.of(new long[] {0, 2, 1}));
  }

  @Test
  void binaryCrossEntropyHasRulesOfItsOwn() {
    Tensor p = RANDOM.uniform(0.1, 0.9, Shape.of(3, 4), DType.FLOAT64);
    Tensor t = RANDOM.uniform(0, 1, Shape.of(4), DType.FLOAT64);
    var loss = new BCELoss();
    UnaryOperator<Tensor> gradient = x -> Autograd.grad(y -> loss.call(y, t), x);
    var batch = new Batch(3, Vmap.Randomness.ERROR);
    Tensor all = batch.run(() -> batch.all(gradient.apply(batch.example(p)), 0));
    assertThat(batch.looped()).isEmpty();
    for (int b = 0; b < 3; b++) {
      assertThat(all.select(0, b).toDoubles())
          .containsExactly(gradient.apply(p.select(0, b)).toDoubles());
    }
    var forward = new Forward();
    Tensor slope =
        forward.run(
            () -> {
              Tensor y = loss.call(forward.dual(p, p), forward.dual(t.expand(p.shape()), p));
              return Objects.requireNonNull(forward.tangent(y));
            });
    assertThat(forward.transposed()).isEmpty();
    Tensor byParts =
        Autograd.grad(y -> loss.call(y, t.expand(p.shape())), p)
            .add(Autograd.grad(y -> loss.call(p, y), t.expand(p.shape())));
    assertThat(slope.item()).isCloseTo(byParts.mul(p).sum().item(), within(1e-14));
  }

  @Test
  void runningAveragesAreRefusedInABatch() {
    var norm = new BatchNorm1d(3);
    Tensor x = Tensor.ones(2, 4, 3);
    assertThatThrownBy(() -> Autograd.vmap((UnaryOperator<Tensor>) norm::call, x))
        .hasMessageContaining("vmap");
    norm.eval();
    assertThat(Autograd.vmap((UnaryOperator<Tensor>) norm::call, x).shape())
        .isEqualTo(Shape.of(2, 4, 3));
  }

  @Test
  void otherParametersAreUsedAndNoneIsWritten() throws Exception {
    var net = new Sequential(new Linear(2, 1), new Tanh());
    float[] before = net.parameters().getFirst().toFloats();
    Tensor x = Tensor.ones(1, 2);
    List<Callable<float[]>> work = new ArrayList<>();
    for (int k = 0; k < 8; k++) {
      Tensor w = Tensor.full(Shape.of(1, 2), 0.1 * k, DType.FLOAT32);
      Tensor b = Tensor.zeros(1);
      work.add(() -> Layers.functionalCall(net, Map.of("0.weight", w, "0.bias", b), x).toFloats());
    }
    try (var pool = Executors.newFixedThreadPool(4)) {
      var results = pool.invokeAll(work);
      for (int k = 0; k < 8; k++) {
        assertThat(results.get(k).get()[0]).isCloseTo((float) Math.tanh(0.2 * k), within(1e-6f));
      }
    }
    assertThat(net.parameters().getFirst().toFloats()).isEqualTo(before);
    assertThatThrownBy(() -> Layers.functionalCall(net, Map.of("1.weight", x), x))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1.weight")
        .hasMessageContaining("0.weight");
  }

  @Test
  void aNetworkIsDifferentiatedForward() {
    var net = new Sequential(new Linear(3, 4), new GELU(), new LayerNorm(4), new Linear(4, 2));
    net.to(DType.FLOAT64);
    Tensor x = random(2, 3);
    Tensor v = random(2, 3);
    double h = 0x1p-17;
    Tensor slope =
        Autograd.noGrad(() -> net.call(x.add(v.mul(h))).sub(net.call(x.sub(v.mul(h)))).div(2 * h));
    double[] tangent = Autograd.jvp(net::call, x, v).toDoubles();
    for (int i = 0; i < tangent.length; i++) {
      assertThat(tangent[i]).isCloseTo(slope.toDoubles()[i], within(1e-7));
    }
  }

  @Test
  void aClassThatWasChangedBeforeBackwardIsRefused() {
    // The gradient of class 2 of a loss that was taken for class 0 would be wrong.
    Tensor x = Tensor.of(new double[][] {{1, 2, 3}}).requiresGrad(true);
    Tensor target = Tensor.of(new long[] {0});
    Tensor loss = F.crossEntropy(x, target);
    target.set(2, 0);
    assertThatThrownBy(loss::backward)
        .hasMessageContaining("input 1 of crossEntropy")
        .hasMessageContaining("changed in place");
  }
}
