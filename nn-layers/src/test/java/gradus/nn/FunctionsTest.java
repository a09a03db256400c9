package gradus.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import gradus.DType;
import gradus.DTypeException;
import gradus.Generator;
import gradus.Gradus;
import gradus.Parameter;
import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import gradus.check.GradCheck;
import gradus.op.convolution.Conv;
import gradus.op.pooling.Windows;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** {@link F}: the forms of each function, their defaults, what layers add nothing to, refusals. */
class FunctionsTest {
  private static Tensor random(int... dims) {
    return new Generator(dims.length).uniform(-1, 1, Shape.of(dims), DType.FLOAT64);
  }

  private static void same(Tensor actual, Tensor expected) {
    assertThat(actual.shape()).isEqualTo(expected.shape());
    assertThat(actual.toDoubles()).containsExactly(expected.toDoubles());
  }

  @Test
  void namesAreThoseOfPyTorch() {
    Set<String> names =
        Arrays.stream(F.class.getDeclaredMethods())
            .filter(m -> Modifier.isPublic(m.getModifiers()))
            .map(Method::getName)
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(names)
        .containsExactly(
            "adaptiveAvgPool1d",
            "adaptiveAvgPool2d",
            "adaptiveAvgPool3d",
            "adaptiveMaxPool1d",
            "adaptiveMaxPool2d",
            "adaptiveMaxPool3d",
            "avgPool",
            "avgPool1d",
            "avgPool2d",
            "avgPool3d",
            "batchNorm",
            "binaryCrossEntropy",
            "binaryCrossEntropyWithLogits",
            "conv",
            "conv1d",
            "conv2d",
            "conv3d",
            "convTranspose",
            "convTranspose1d",
            "convTranspose2d",
            "convTranspose3d",
            "crossEntropy",
            "dropout",
            "embedding",
            "gelu",
            "groupNorm",
            "instanceNorm",
            "l1Loss",
            "layerNorm",
            "linear",
            "logSoftmax",
            "maxPool",
            "maxPool1d",
            "maxPool2d",
            "maxPool3d",
            "mish",
            "mseLoss",
            "nllLoss",
            "relu",
            "rmsNorm",
            "scaledDotProductAttention",
            "sigmoid",
            "silu",
            "softmax",
            "softplus",
            "tanh");
  }

  @Test
  void linearAndConvolutions() {
    Tensor x = random(2, 3);
    Tensor w = random(4, 3);
    Tensor b = random(4);
    same(F.linear(x, w), x.matmul(w.transpose()));
    same(F.linear(x, w, b), new gradus.op.linalg.LinearOp().apply(x, w, b));
    Tensor bias = random(4);
    for (int d = 1; d <= 3; d++) {
      Tensor input = random(sized(7, 2, 2, d));
      Tensor kernel = random(sized(3, 4, 2, d));
      Tensor halves = random(sized(3, 4, 1, d));
      Tensor back = random(sized(3, 2, 4, d));
      Conv plain = Conv.of(d);
      Conv wide = plain.withStride(2).withPadding(1);
      Conv all = wide.withDilation(2).withGroups(2);
      Tensor[] results =
          switch (d) {
            case 1 ->
                new Tensor[] {
                  F.conv1d(input, kernel),
                  F.conv1d(input, kernel, bias),
                  F.conv1d(input, kernel, bias, 2, 1),
                  F.conv1d(input, halves, bias, 2, 1, 2, 2),
                  F.convTranspose1d(input, back, bias, 2, 1),
                  F.convTranspose1d(input, halves(back), bias, 2, 1, 1, 2, 2)
                };
            case 2 ->
                new Tensor[] {
                  F.conv2d(input, kernel),
                  F.conv2d(input, kernel, bias),
                  F.conv2d(input, kernel, bias, 2, 1),
                  F.conv2d(input, halves, bias, 2, 1, 2, 2),
                  F.convTranspose2d(input, back, bias, 2, 1),
                  F.convTranspose2d(input, halves(back), bias, 2, 1, 1, 2, 2)
                };
            default ->
                new Tensor[] {
                  F.conv3d(input, kernel),
                  F.conv3d(input, kernel, bias),
                  F.conv3d(input, kernel, bias, 2, 1),
                  F.conv3d(input, halves, bias, 2, 1, 2, 2),
                  F.convTranspose3d(input, back, bias, 2, 1),
                  F.convTranspose3d(input, halves(back), bias, 2, 1, 1, 2, 2)
                };
          };
      same(results[0], F.conv(input, plain, kernel, null));
      same(results[1], F.conv(input, plain, kernel, bias));
      same(results[2], F.conv(input, wide, kernel, bias));
      same(results[3], F.conv(input, all, halves, bias));
      same(results[4], F.convTranspose(input, wide, back, bias, 0));
      same(results[5], F.convTranspose(input, all, halves(back), bias, 1));
      Tensor single = input.select(0, 0);
      same(F.conv(single, all, halves, bias), results[3].select(0, 0));
      same(F.convTranspose(single, all, halves(back), bias, 1), results[5].select(0, 0));
    }
  }

  /** A kernel for transposed convolution in two groups, [2, 2, k...]. */
  private static Tensor halves(Tensor kernel) {
    return kernel.narrow(1, 0, 2).contiguous();
  }

  /** [a, b, size, size ...] with so many sizes. */
  private static int[] sized(int size, int a, int b, int dimensions) {
    int[] dims = new int[dimensions + 2];
    Arrays.fill(dims, size);
    dims[0] = a;
    dims[1] = b;
    return dims;
  }

  @Test
  void pools() {
    for (int d = 1; d <= 3; d++) {
      Tensor x = random(sized(7, 2, 3, d));
      Windows three = Windows.of(d, 3, 3, 0, 1, false);
      Windows two = Windows.of(d, 3, 2, 0, 1, false);
      Windows one = Windows.of(d, 3, 2, 1, 1, false);
      Windows max = Windows.of(d, 3, 2, 1, 2, true);
      Windows avg = Windows.of(d, 3, 2, 1, 1, true).withoutPadding();
      Tensor[] r =
          switch (d) {
            case 1 ->
                new Tensor[] {
                  F.maxPool1d(x, 3),
                  F.maxPool1d(x, 3, 2),
                  F.maxPool1d(x, 3, 2, 1),
                  F.maxPool1d(x, 3, 2, 1, 2, true),
                  F.avgPool1d(x, 3),
                  F.avgPool1d(x, 3, 2),
                  F.avgPool1d(x, 3, 2, 1),
                  F.avgPool1d(x, 3, 2, 1, true, false, 0),
                  F.adaptiveMaxPool1d(x, 2),
                  F.adaptiveAvgPool1d(x, 2)
                };
            case 2 ->
                new Tensor[] {
                  F.maxPool2d(x, 3),
                  F.maxPool2d(x, 3, 2),
                  F.maxPool2d(x, 3, 2, 1),
                  F.maxPool2d(x, 3, 2, 1, 2, true),
                  F.avgPool2d(x, 3),
                  F.avgPool2d(x, 3, 2),
                  F.avgPool2d(x, 3, 2, 1),
                  F.avgPool2d(x, 3, 2, 1, true, false, 0),
                  F.adaptiveMaxPool2d(x, 2),
                  F.adaptiveAvgPool2d(x, 2, 2)
                };
            default ->
                new Tensor[] {
                  F.maxPool3d(x, 3),
                  F.maxPool3d(x, 3, 2),
                  F.maxPool3d(x, 3, 2, 1),
                  F.maxPool3d(x, 3, 2, 1, 2, true),
                  F.avgPool3d(x, 3),
                  F.avgPool3d(x, 3, 2),
                  F.avgPool3d(x, 3, 2, 1),
                  F.avgPool3d(x, 3, 2, 1, true, false, 0),
                  F.adaptiveMaxPool3d(x, 2, 2, 2),
                  F.adaptiveAvgPool3d(x, 2)
                };
          };
      int[] twos = new int[d];
      Arrays.fill(twos, 2);
      Windows shared = Windows.adaptive(twos);
      same(r[0], F.maxPool(x, three));
      same(r[1], F.maxPool(x, two));
      same(r[2], F.maxPool(x, one));
      same(r[3], F.maxPool(x, max));
      same(r[4], F.avgPool(x, three, 0));
      same(r[5], F.avgPool(x, two, 0));
      same(r[6], F.avgPool(x, one, 0));
      same(r[7], F.avgPool(x, avg, 0));
      same(r[8], F.maxPool(x, shared));
      same(r[9], F.avgPool(x, shared, 0));
      same(F.maxPool(x.select(0, 1), max), r[3].select(0, 1));
      same(F.avgPool(x.select(0, 1), avg, 0), r[7].select(0, 1));
    }
    Tensor x = random(1, 1, 4, 4);
    same(F.avgPool2d(x, 2, 2, 0, false, true, 1), F.avgPool2d(x, 2).mul(4));
    same(F.adaptiveMaxPool2d(x, 2, 4), F.maxPool(x, Windows.adaptive(2, 4)));
    same(F.adaptiveAvgPool2d(x, 2), F.adaptiveAvgPool2d(x, 2, 2));
    Tensor volume = random(1, 1, 4, 4, 4);
    same(F.adaptiveMaxPool3d(volume, 2), F.adaptiveMaxPool3d(volume, 2, 2, 2));
    same(F.adaptiveAvgPool3d(volume, 1, 2, 4), F.avgPool(volume, Windows.adaptive(1, 2, 4), 0));
  }

  @Test
  void activations() {
    Tensor x = random(3, 4).mul(3);
    same(F.relu(x), x.relu());
    same(F.gelu(x), x.gelu());
    same(F.gelu(x, "none"), x.gelu());
    same(F.gelu(x, "tanh"), new GELU("tanh").call(x));
    assertThat(F.gelu(x, "tanh").toDoubles()).isNotEqualTo(x.gelu().toDoubles());
    assertThatThrownBy(() -> F.gelu(x, "relu"))
        .hasMessage("gelu: approximate must be \"none\" or \"tanh\", got \"relu\"");
    assertThatThrownBy(() -> new GELU("relu"))
        .hasMessage("GELU: approximate must be \"none\" or \"tanh\", got \"relu\"");
    same(F.silu(x), x.silu());
    same(F.mish(x), x.mish());
    same(F.sigmoid(x), x.sigmoid());
    same(F.tanh(x), x.tanh());
    same(F.softmax(x, 1), x.softmax(1));
    same(F.logSoftmax(x, 0), x.logSoftmax(0));
    same(F.softplus(x), x.softplus());
    same(F.softplus(x, 1, Double.POSITIVE_INFINITY), x.softplus());
    Tensor bent = F.softplus(x, 3, 5);
    for (int i = 0; i < x.numel(); i++) {
      double v = x.reshape(-1).get(i);
      double expected = 3 * v > 5 ? v : Math.log1p(Math.exp(3 * v)) / 3;
      assertThat(bent.reshape(-1).get(i)).isCloseTo(expected, within(1e-14));
    }
    assertThatThrownBy(() -> F.softplus(x, 0, 20)).hasMessageContaining("beta must be positive");
  }

  // --- normalisation ---

  /** (x - mean) / sqrt(variance + eps) over some dimensions. */
  private static Tensor standard(Tensor x, double eps, int... dims) {
    Tensor centred = x.sub(mean(x, dims));
    return centred.div(mean(centred.square(), dims).add(eps).sqrt());
  }

  private static Tensor mean(Tensor x, int... dims) {
    for (int d : dims) {
      x = x.mean(d, true);
    }
    return x;
  }

  private static void near(Tensor actual, Tensor expected) {
    assertThat(actual.shape()).isEqualTo(expected.shape());
    assertThat(actual.toDoubles()).containsExactly(expected.toDoubles(), within(1e-13));
  }

  @Test
  void normalisationsAreTheirFormulas() {
    Tensor x = random(2, 4, 3);
    Tensor w = random(3);
    Tensor b = random(3).add(1);
    Shape last = Shape.of(3);
    near(F.layerNorm(x, last), standard(x, 1e-5, 2));
    near(F.layerNorm(x, last, w, b, 0.1), standard(x, 0.1, 2).mul(w).add(b));
    near(F.layerNorm(x, last, w, null, 0.1), standard(x, 0.1, 2).mul(w));
    near(F.layerNorm(x, last, null, b, 0.1), standard(x, 0.1, 2).add(b));
    near(F.layerNorm(x, Shape.of(4, 3)), standard(x, 1e-5, 1, 2));
    Tensor root = mean(x.square(), 2);
    near(F.rmsNorm(x, last), x.div(root.add(Math.ulp(1.0)).sqrt()));
    near(F.rmsNorm(x, last, w, 0.1), x.div(root.add(0.1).sqrt()).mul(w));
    Tensor cw = random(4).reshape(4, 1);
    Tensor cb = random(4).add(2).reshape(4, 1);
    Tensor grouped = standard(x.reshape(2, 2, 2, 3), 1e-5, 2, 3).reshape(2, 4, 3);
    near(F.groupNorm(x, 2), grouped);
    near(F.groupNorm(x, 2, cw.flatten(), cb.flatten(), 1e-5), grouped.mul(cw).add(cb));
    near(F.groupNorm(x, 2, null, cb.flatten(), 1e-5), grouped.add(cb));
    near(F.instanceNorm(x), standard(x, 1e-5, 2));
    near(
        F.instanceNorm(x, null, null, cw.flatten(), cb.flatten(), true, 0.1, 0.2),
        standard(x, 0.2, 2).mul(cw).add(cb));
    near(
        F.batchNorm(x, null, null, cw.flatten(), null, true, 0.1, 0.2),
        standard(x, 0.2, 0, 2).mul(cw));
  }

  @Test
  void runningStatisticsAreReadOrMoved() {
    Tensor x = random(2, 4, 3);
    Tensor mean = random(4);
    Tensor variance = random(4).add(2);
    Tensor m = mean.reshape(4, 1);
    Tensor v = variance.reshape(4, 1);
    Tensor byRunning = x.sub(m).div(v.add(1e-5).sqrt());
    near(F.batchNorm(x, mean, variance), byRunning);
    near(F.instanceNorm(x, mean, variance, null, null, false, 0.1, 1e-5), byRunning);
    double[] before = mean.toDoubles();

    Tensor movedMean = mean.clone();
    Tensor movedVar = variance.clone();
    F.batchNorm(x, movedMean, movedVar, null, null, true, 0.25, 1e-5);
    Tensor batchMean = mean(x, 0, 2).flatten();
    Tensor batchVar = mean(x.sub(mean(x, 0, 2)).square(), 0, 2).flatten().mul(6 / 5.0);
    near(movedMean, mean.mul(0.75).add(batchMean.mul(0.25)));
    near(movedVar, variance.mul(0.75).add(batchVar.mul(0.25)));

    movedMean = mean.clone();
    movedVar = variance.clone();
    F.instanceNorm(x, movedMean, movedVar, null, null, true, 0.25, 1e-5);
    Tensor each = mean(x.sub(mean(x, 2)).square(), 2).mul(3 / 2.0);
    near(movedMean, mean.mul(0.75).add(mean(mean(x, 2), 0).flatten().mul(0.25)));
    near(movedVar, variance.mul(0.75).add(mean(each, 0).flatten().mul(0.25)));
    assertThat(mean.toDoubles()).containsExactly(before);
  }

  @Test
  void normalisationsHaveDerivativesOfBothOrders() {
    GradCheck check = GradCheck.DEFAULT.withOrder(2);
    Tensor x = random(3, 2, 2);
    Tensor w = random(2).add(2);
    Tensor b = random(2);
    check.run(v -> F.layerNorm(v[0], Shape.of(2), v[1], v[2], 0.1), x, w, b).assertOk();
    check.run(v -> F.layerNorm(v[0], Shape.of(2), null, v[1], 0.1), x, b).assertOk();
    check.run(v -> F.rmsNorm(v[0], Shape.of(2), v[1], 0.1), x, w).assertOk();
    check.run(v -> F.groupNorm(v[0], 1, v[1], v[2], 0.1), x, w, b).assertOk();
    check.run(v -> F.instanceNorm(v[0], null, null, v[1], v[2], true, 0, 0.1), x, w, b).assertOk();
    check.run(v -> F.batchNorm(v[0], null, null, v[1], v[2], true, 0, 0.1), x, w, b).assertOk();
    Tensor variance = random(2).add(3);
    check.run(v -> F.batchNorm(v[0], b, variance, v[1], v[2], false, 0, 0.1), x, w, b).assertOk();
  }

  @Test
  void normalisationsTellWhatTheyNeedAndChangeNothing() {
    Tensor x = random(2, 4, 3);
    Tensor mean = random(4);
    double[] before = mean.toDoubles();
    Tensor three = random(3);
    assertThatThrownBy(() -> F.layerNorm(x, Shape.of(4)))
        .isInstanceOf(ShapeException.class)
        .hasMessage("layerNorm: the input must end in [4], got [2, 4, 3]");
    assertThatThrownBy(() -> F.layerNorm(x, Shape.of()))
        .hasMessage("layerNorm: needs at least one dimension to normalise over");
    assertThatThrownBy(() -> F.rmsNorm(x, Shape.of(3), mean, null))
        .hasMessage("rmsNorm: the weight must have the normalised shape [3], got [4]");
    assertThatThrownBy(() -> F.groupNorm(x, 3))
        .hasMessage("groupNorm: 4 channels of the input [2, 4, 3] do not divide into 3 groups");
    assertThatThrownBy(() -> F.instanceNorm(random(4)))
        .isInstanceOf(ShapeException.class)
        .hasMessage("instanceNorm: the input must be [n, channels, ...], got [4]");
    assertThatThrownBy(() -> F.batchNorm(x, mean, three, null, null, true, 0.1, 1e-5))
        .isInstanceOf(ShapeException.class)
        .hasMessage(
            "batchNorm: the runningVar for input [2, 4, 3] must be [4], one for each channel, got"
                + " [3]");
    assertThatThrownBy(() -> F.batchNorm(x, mean, null, null, null, true, 0.1, 1e-5))
        .hasMessage("batchNorm: runningMean and runningVar go together");
    assertThatThrownBy(() -> F.batchNorm(x, null, null, null, null, false, 0.1, 1e-5))
        .hasMessage(
            "batchNorm: without the statistics of the input, runningMean and runningVar are needed");
    assertThatThrownBy(
            () ->
                F.batchNorm(x.narrow(0, 0, 1).narrow(2, 0, 1), mean, mean, null, null, true, 1, 0))
        .isInstanceOf(ShapeException.class)
        .hasMessage(
            "batchNorm: one value per channel has no variance, got [1, 4, 1]; use a larger batch,"
                + " dropLast() of the loader, or eval()");
    assertThat(mean.toDoubles()).containsExactly(before);
    var norm = new BatchNorm1d(3);
    assertThatThrownBy(() -> norm.call(Tensor.zeros(1, 3)))
        .hasMessageEndingWith("use a larger batch, dropLast() of the loader, or eval()");
    assertThat(norm.numBatchesTracked().itemLong()).isZero();
  }

  // --- dropout, embedding ---

  @Test
  void dropoutDrawsFromTheCurrentGeneratorOrAGivenOne() {
    Tensor x = Tensor.ones(200);
    assertThat(F.dropout(x, 0.5, false)).isSameAs(x);
    assertThat(F.dropout(x, 0, true)).isSameAs(x);
    assertThat(F.dropout(x, 1, true).toFloats()).containsOnly(0);
    float[] drawn = F.dropout(x, 0.5, true, new Generator(4)).toFloats();
    assertThat(drawn).contains(0).contains(2).containsOnly(0, 2);
    assertThat(new Dropout(0.5, new Generator(4)).call(x).toFloats()).containsExactly(drawn);
    Gradus.seed(4);
    float[] current = F.dropout(x, 0.5, true).toFloats();
    Gradus.seed(4);
    assertThat(new Dropout(0.5).call(x).toFloats()).containsExactly(current);
    assertThatThrownBy(() -> F.dropout(x, 1.5, false))
        .hasMessage("dropout: p must be in [0, 1], got 1.5");
  }

  @Test
  void embeddingPicksRows() {
    var table = new Parameter(random(10, 4));
    Tensor index = Tensor.of(new long[][] {{9, 0}, {3, 9}});
    Tensor y = F.embedding(index, table);
    assertThat(y.shape()).isEqualTo(Shape.of(2, 2, 4));
    assertThat(y.select(0, 1).select(0, 0).toDoubles())
        .containsExactly(table.select(0, 3).toDoubles());
    same(F.embedding(index, table, -1), y);
    F.embedding(index, table, -1).sum().backward();
    assertThat(table.grad().sum(1).toDoubles()).containsExactly(4, 0, 0, 4, 0, 0, 0, 0, 0, 0);
    table.setGrad(null);
    F.embedding(index, table, null, Double.POSITIVE_INFINITY, 2, true).sum().backward();
    assertThat(table.grad().sum(1).toDoubles()).containsExactly(4, 0, 0, 4, 0, 0, 0, 0, 0, 4);
    same(new Embedding(table, 9, 0.5, 2, true).call(index), embedded(table, index));
    assertThat(table.select(0, 9).square().sum().item()).isLessThanOrEqualTo(0.25);
  }

  private static Tensor embedded(Parameter table, Tensor index) {
    return F.embedding(index, table, 9, 0.5, 2, true);
  }

  @Test
  void embeddingNamesItsTable() {
    var embedding = new Embedding(10, 4);
    Tensor index = Tensor.of(new int[] {3, 12});
    assertThatThrownBy(() -> embedding.call(index))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessage("Embedding(10, 4): index 12 at position 1 is outside [0, 10)");
    double[] before = embedding.weight().toDoubles();
    assertThatThrownBy(() -> embedding.withMaxNorm(0.1).call(index))
        .hasMessageStartingWith("Embedding(10, 4): index 12");
    assertThat(embedding.weight().toDoubles()).containsExactly(before);
    assertThatThrownBy(() -> F.embedding(index, random(4)))
        .isInstanceOf(ShapeException.class)
        .hasMessage("Embedding: the weight must be [rows, width], got [4]");
    assertThatThrownBy(() -> F.embedding(index, embedding.weight(), 10))
        .hasMessage("Embedding: paddingIdx 10 lies outside the table of 10 rows");
    assertThatThrownBy(() -> F.embedding(random(2), embedding.weight()))
        .isInstanceOf(DTypeException.class);
  }

  // --- attention, losses ---

  @Test
  void attentionRefusesWhatDoesNotFit() {
    Tensor q = random(2, 3, 4);
    same(
        F.scaledDotProductAttention(q, q, q), F.scaledDotProductAttention(q, q, q, null, 0, false));
    Tensor mask = Tensor.ones(Shape.of(3, 3), DType.BOOL);
    assertThatThrownBy(() -> F.scaledDotProductAttention(q, q, q, mask, 0, true))
        .hasMessage(
            "scaledDotProductAttention: give attnMask or isCausal, not both; put what is causal"
                + " into the mask");
    assertThatThrownBy(() -> F.scaledDotProductAttention(q, q, q, null, -0.5, false))
        .hasMessage("scaledDotProductAttention: p must be in [0, 1], got -0.5");
  }

  @Test
  void shortFormsOfLossesHavePyTorchsDefaults() {
    Tensor x = random(4, 3);
    Tensor classes = Tensor.of(new long[] {0, 2, -100, 1});
    Tensor w = random(3).add(2);
    same(F.crossEntropy(x, classes), F.crossEntropy(x, classes, null, -100, Reduction.MEAN, 0));
    same(
        F.crossEntropy(x, classes, Reduction.SUM),
        F.crossEntropy(x, classes, null, -100, Reduction.SUM, 0));
    same(F.crossEntropy(x, classes, w), F.crossEntropy(x, classes, w, -100, Reduction.MEAN, 0));
    same(
        new CrossEntropyLoss(w, 1, Reduction.NONE, 0.25)
            .call(x, Tensor.of(new long[] {0, 2, 1, 1})),
        F.crossEntropy(x, Tensor.of(new long[] {0, 2, 1, 1}), w, 1, Reduction.NONE, 0.25));
    Tensor logs = x.logSoftmax(1);
    same(F.nllLoss(logs, classes), F.nllLoss(logs, classes, null, -100, Reduction.MEAN));
    same(
        F.nllLoss(logs, classes, Reduction.NONE),
        F.nllLoss(logs, classes, null, -100, Reduction.NONE));
    Tensor t = random(4, 3).add(1).div(2);
    same(F.mseLoss(x, t), F.mseLoss(x, t, Reduction.MEAN));
    same(F.l1Loss(x, t), F.l1Loss(x, t, Reduction.MEAN));
    Tensor p = x.sigmoid();
    same(F.binaryCrossEntropy(p, t), F.binaryCrossEntropy(p, t, null, Reduction.MEAN));
    same(
        F.binaryCrossEntropy(p, t, Reduction.SUM), F.binaryCrossEntropy(p, t, null, Reduction.SUM));
    same(
        F.binaryCrossEntropyWithLogits(x, t),
        F.binaryCrossEntropyWithLogits(x, t, null, Reduction.MEAN, null));
    same(
        F.binaryCrossEntropyWithLogits(x, t, Reduction.NONE),
        F.binaryCrossEntropyWithLogits(x, t, null, Reduction.NONE, null));
    assertThatThrownBy(() -> F.crossEntropy(x, classes, null, -100, Reduction.MEAN, 1.5))
        .hasMessage("crossEntropy: labelSmoothing must be in [0, 1], got 1.5");
  }

  /** Targets of another shape than the loss wants, and what the message says to do. */
  @Test
  void aTargetOfAnotherShapeIsToldWhatItMayHaveBeen() {
    Tensor logits = Tensor.zeros(4, 10);
    Map<Tensor, String> ends =
        Map.of(
            Tensor.zeros(Shape.of(4, 10), DType.INT64),
            "[4], got [4, 10]; if it is one-hot, use target.argmax(1)",
            Tensor.zeros(Shape.of(4, 1), DType.INT64),
            "[4], got [4, 1]; use target.squeeze(1)",
            Tensor.zeros(Shape.of(5), DType.INT64),
            "[4], got [5]");
    ends.forEach(
        (target, end) -> {
          assertThatThrownBy(() -> F.crossEntropy(logits, target))
              .isInstanceOf(ShapeException.class)
              .hasMessage("crossEntropy: input [4, 10] needs class indices " + end);
          assertThatThrownBy(() -> F.nllLoss(logits, target))
              .hasMessage("nllLoss: input [4, 10] needs class indices " + end);
        });
    Tensor sequence = Tensor.zeros(4, 7, 10);
    Tensor target = Tensor.zeros(Shape.of(4, 7), DType.INT64);
    assertThatThrownBy(() -> F.crossEntropy(sequence, target))
        .isInstanceOf(ShapeException.class)
        .hasMessage(
            "crossEntropy: input [4, 7, 10] needs class indices [4, 10], got [4, 7]; classes are"
                + " dimension 1: if the input has them last, use input.flatten(0, 1) and"
                + " target.flatten()");
    assertThat(F.crossEntropy(sequence.flatten(0, 1), target.flatten()).item())
        .isCloseTo(Math.log(10), within(1e-6));
  }

  @Test
  void aTransposedConvolutionRefusesABiasAndAnOutputPaddingThatDoNotFit() {
    Tensor x = Tensor.ones(1, 2, 4);
    Tensor w = Tensor.ones(2, 3, 2); // [in, out, k]
    assertThatThrownBy(() -> F.convTranspose1d(x, w, Tensor.ones(1), 1, 0))
        .isInstanceOf(ShapeException.class)
        .hasMessage("convTranspose: kernel [2, 3, 2] needs a bias [3], got [1]");
    same(F.convTranspose(x, Conv.of(1), w, null), F.convTranspose(x, Conv.of(1), w, null, 0));
    assertThatThrownBy(() -> F.convTranspose(x, Conv.of(1), w, null, 0, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("conv1d: outputPadding needs 1 or 1 numbers, got [0, 0]");
  }
}
