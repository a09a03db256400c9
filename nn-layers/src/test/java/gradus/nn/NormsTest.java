package gradus.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import gradus.DType;
import gradus.Generator;
import gradus.Parameter;
import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import gradus.check.GradCheck;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class NormsTest {
  private static Tensor random(int... dims) {
    return new Generator(7).uniform(-2, 2, Shape.of(dims), DType.FLOAT64);
  }

  @TestFactory
  Stream<DynamicTest> gradientsOfBothOrders() {
    Map<String, Supplier<Layer>> layers =
        Map.of(
            "BatchNorm1d", () -> new BatchNorm1d(3, 0.1, 0.1, true, true),
            "BatchNorm1d, not affine", () -> new BatchNorm1d(3, 0.1, 0.1, false, false),
            "InstanceNorm1d", () -> new InstanceNorm1d(3, 0.1, 0.1, true, true),
            "GroupNorm", () -> new GroupNorm(1, 3, 0.1, true),
            "LayerNorm", () -> new LayerNorm(Shape.of(4), 0.1, true, true),
            "LayerNorm without bias", () -> new LayerNorm(Shape.of(3, 4), 0.1, true, false),
            "RMSNorm", () -> new RMSNorm(Shape.of(4), 0.1, true));
    return layers.entrySet().stream()
        .map(e -> DynamicTest.dynamicTest(e.getKey(), () -> check(e.getValue().get())));
  }

  private static void check(Layer layer) {
    layer.to(DType.FLOAT64);
    GradCheck.DEFAULT.withOrder(2).run(x -> layer.forward(x), random(2, 3, 4)).assertOk();
  }

  @Test
  void namesAndStartAreThoseOfPyTorch() {
    var norm = new BatchNorm2d(3);
    assertThat(norm.state().keySet())
        .containsExactly("weight", "bias", "running_mean", "running_var", "num_batches_tracked");
    assertThat(norm.parameters()).hasSize(2);
    assertThat(norm.weight().toFloats()).containsExactly(1, 1, 1);
    assertThat(norm.runningVar().toFloats()).containsExactly(1, 1, 1);
    assertThat(norm.numBatchesTracked().dtype()).isEqualTo(DType.INT64);
    assertThat(new BatchNorm2d(3, 1e-5, 0.1, false, false).state()).isEmpty();
    assertThat(new LayerNorm(4).state().keySet()).containsExactly("weight", "bias");
    assertThat(new LayerNorm(Shape.of(4), 1e-5, true, false).state().keySet())
        .containsExactly("weight");
    assertThat(new RMSNorm(4).state().keySet()).containsExactly("weight");
    assertThat(new GroupNorm(2, 4).state().keySet()).containsExactly("weight", "bias");
    assertThat(new InstanceNorm1d(4).state()).isEmpty();
  }

  @Test
  void runningStatisticsAverageTheBatches() {
    var norm = new BatchNorm1d(1, 1e-5, 0.5, true, true);
    norm.forward(Tensor.of(new double[][] {{1}, {3}}));
    // Mean 2 and unbiased variance 2, half and half with the start 0 and 1.
    assertThat(norm.runningMean().item()).isEqualTo(1);
    assertThat(norm.runningVar().item()).isEqualTo(1.5);
    assertThat(norm.numBatchesTracked().itemLong()).isEqualTo(1);
    norm.eval();
    double y = norm.forward(Tensor.of(new double[][] {{5}})).item();
    assertThat(y).isCloseTo((5 - 1) / Math.sqrt(1.5 + 1e-5), within(1e-6));
    assertThat(norm.numBatchesTracked().itemLong()).isEqualTo(1);
  }

  @Test
  void withoutMomentumTheAverageIsPlain() {
    var norm = new BatchNorm1d(1, 1e-5, null, true, true);
    norm.forward(Tensor.of(new double[][] {{1}, {3}}));
    norm.forward(Tensor.of(new double[][] {{5}, {7}}));
    assertThat(norm.runningMean().item()).isEqualTo((2 + 6) / 2.0);
    assertThat(norm.runningVar().item()).isEqualTo(2);
  }

  @Test
  void withoutRunningStatisticsEvaluationUsesTheBatch() {
    var norm = new BatchNorm1d(1, 1e-5, 0.1, true, false);
    Tensor x = Tensor.of(new double[][] {{1}, {3}});
    Tensor training = norm.forward(x);
    norm.eval();
    assertThat(norm.forward(x).toFloats()).containsExactly(training.toFloats());
  }

  @Test
  void instanceNormAveragesTheStatisticsOfAllExamples() {
    var norm = new InstanceNorm1d(1, 1e-5, 0.1, false, true);
    norm.to(DType.FLOAT64);
    norm.forward(Tensor.of(new double[][][] {{{0, 0, 2}}, {{4, 4, 10}}}, DType.FLOAT64));
    // Means 2/3 and 6, unbiased variances 4/3 and 12.
    assertThat(norm.runningMean().item()).isCloseTo(0.1 * (2.0 / 3 + 6) / 2, within(1e-14));
    assertThat(norm.runningVar().item()).isCloseTo(0.9 + 0.1 * (4.0 / 3 + 12) / 2, within(1e-14));
    assertThat(norm.numBatchesTracked().itemLong()).isEqualTo(1);
  }

  /** Of two values 1/1000 from their mean, whose variance is a tenth of PyTorch's epsilon. */
  @TestFactory
  Stream<DynamicTest> epsilonIsAddedToTheVariance() {
    Map<Layer, int[]> layers =
        Map.of(
            new BatchNorm1d(1), new int[] {2, 1},
            new BatchNorm2d(1), new int[] {1, 1, 2, 1},
            new BatchNorm3d(1), new int[] {2, 1, 1, 1, 1},
            new InstanceNorm1d(1), new int[] {1, 1, 2},
            new InstanceNorm2d(1), new int[] {1, 1, 1, 2},
            new InstanceNorm3d(1), new int[] {1, 1, 2, 1, 1},
            new GroupNorm(1, 2), new int[] {1, 2},
            new LayerNorm(2), new int[] {1, 2});
    return layers.entrySet().stream()
        .map(
            e ->
                DynamicTest.dynamicTest(
                    e.getKey().toString(), () -> eps(e.getKey(), e.getValue())));
  }

  private static void eps(Layer layer, int... dims) {
    layer.to(DType.FLOAT64);
    Tensor x = Tensor.of(new double[] {3.001, 2.999}, DType.FLOAT64).reshape(dims);
    double y = 1e-3 / Math.sqrt(1e-6 + 1e-5);
    assertThat(layer.forward(x).toDoubles()).containsExactly(new double[] {y, -y}, within(1e-9));
  }

  @Test
  void instanceNormTakesASingleExample() {
    Tensor x = random(3, 5);
    Tensor single = new InstanceNorm1d(3).forward(x);
    Tensor batch = new InstanceNorm1d(3).forward(x.unsqueeze(0));
    assertThat(single.shape()).isEqualTo(Shape.of(3, 5));
    assertThat(single.toDoubles()).containsExactly(batch.toDoubles());
  }

  @Test
  void rmsNormTakesTheEpsilonOfTheType() {
    Tensor x = Tensor.of(new double[] {0, 0}, DType.FLOAT64);
    var norm = new RMSNorm(Shape.of(2), null, false);
    assertThat(norm.forward(x).toDoubles()).containsExactly(0, 0);
    Tensor tiny = Tensor.of(new double[] {1e-8, 1e-8}, DType.FLOAT64);
    double expected = 1e-8 / Math.sqrt(1e-16 + Math.ulp(1.0));
    assertThat(norm.forward(tiny).get(0)).isCloseTo(expected, within(1e-12));
  }

  @Test
  void theyTellWhatTheyNeed() {
    assertThatThrownBy(() -> new BatchNorm2d(3).forward(Tensor.zeros(2, 4, 5, 5)))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("with 3 channels in dimension 1, got [2, 4, 5, 5]");
    assertThatThrownBy(() -> new BatchNorm1d(3).forward(Tensor.zeros(1, 3)))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("one value per channel");
    assertThatThrownBy(() -> new LayerNorm(4).forward(Tensor.zeros(4, 3)))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("the input must end in [4], got [4, 3]");
    assertThatThrownBy(() -> new GroupNorm(3, 4))
        .hasMessageContaining("4 channels do not divide into 3 groups");
    assertThatThrownBy(() -> new LayerNorm(Shape.of(2), 1e-5, new Parameter(Tensor.ones(3)), null))
        .hasMessageContaining("weight must have the normalised shape [2], got [3]");
  }

  @Test
  void halfAMillionElementsHaveTheSameBitsInAnyLayout() {
    Tensor x = new Generator(1).normal(Shape.of(64, 32, 17, 15), DType.FLOAT32);
    var a = new BatchNorm2d(32);
    var b = new BatchNorm2d(32);
    Tensor channelsLast = x.permute(0, 2, 3, 1).clone().permute(0, 3, 1, 2);
    assertThat(b.forward(channelsLast).toFloats()).containsExactly(a.forward(x).toFloats());
    // One channel by hand, in double precision.
    double[] v = x.select(1, 5).to(DType.FLOAT64).toDoubles();
    double mean = java.util.Arrays.stream(v).average().orElseThrow();
    double var =
        java.util.Arrays.stream(v).map(u -> (u - mean) * (u - mean)).average().orElseThrow();
    assertThat(a.runningMean().get(5)).isCloseTo(0.1 * mean, within(1e-6));
    Tensor y = new BatchNorm2d(32).forward(x);
    assertThat(y.get(3, 5, 2, 7))
        .isCloseTo((x.get(3, 5, 2, 7) - mean) / Math.sqrt(var + 1e-5), within(1e-5));
  }

  @Test
  void embeddingPicksRows() {
    var table = new Parameter(Tensor.of(new double[][] {{1, 2}, {3, 4}, {5, 6}}));
    Tensor index = Tensor.of(new int[][] {{2, 0}, {2, 2}});
    Tensor y = new Embedding(table).forward(index);
    assertThat(y.shape()).isEqualTo(Shape.of(2, 2, 2));
    assertThat(y.toFloats()).containsExactly(5, 6, 1, 2, 5, 6, 5, 6);
    y.sum().backward();
    assertThat(table.grad().toFloats()).containsExactly(1, 1, 0, 0, 3, 3);

    table.setGrad(null);
    var scaled = new Embedding(table, 0, Double.POSITIVE_INFINITY, 2, true);
    Tensor z = scaled.forward(index);
    assertThat(z.toFloats()).containsExactly(y.toFloats());
    z.sum().backward();
    assertThat(table.grad().toFloats()).containsExactly(0, 0, 0, 0, 1, 1);
  }

  @Test
  void embeddingShortensWhatItPicks() {
    var table = new Parameter(Tensor.of(new double[][] {{3, 4}, {30, 40}, {0.3, 0.4}}));
    var embedding = new Embedding(table, null, 1, 2, false);
    float[] y = embedding.forward(Tensor.of(new int[] {0, 2, 0})).toFloats();
    assertThat(y[0]).isCloseTo(0.6f, within(1e-6f));
    assertThat(y[2]).isEqualTo(0.3f);
    assertThat(table.toFloats()[2]).isEqualTo(30);
    assertThat(table.toFloats()[1]).isCloseTo(0.8f, within(1e-6f));
  }

  @Test
  void embeddingStartsNormalAndItsPaddingZero() {
    var embedding = new Embedding(1000, 20, -1);
    Tensor w = embedding.weight();
    assertThat(embedding.paddingIdx()).isEqualTo(999);
    assertThat(w.select(0, 999).toFloats()).containsOnly(0);
    assertThat(w.narrow(0, 0, 999).std().item()).isCloseTo(1, within(0.03));
    assertThat(w.mean().item()).isCloseTo(0, within(0.03));
    assertThatThrownBy(() -> embedding.forward(Tensor.zeros(2)))
        .hasMessageContaining("needs int64 or int32 indices, got float32");
    assertThatThrownBy(() -> embedding.forward(Tensor.of(new int[] {1000})))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThat(List.of(embedding.toString()))
        .containsExactly("Embedding(1000, 20, paddingIdx=999)");
  }
}
