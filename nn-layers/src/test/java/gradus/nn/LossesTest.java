package gradus.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import gradus.DType;
import gradus.DTypeException;
import gradus.Generator;
import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import gradus.check.GradCheck;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Values against sums written out here; the bundle's tests compare with PyTorch. */
class LossesTest {
  private static Tensor doubles(Object array) {
    return Tensor.of(array, DType.FLOAT64);
  }

  private static Tensor random(int... dims) {
    return new Generator(3).uniform(-2, 2, Shape.of(dims), DType.FLOAT64);
  }

  private static void close(Tensor actual, double... expected) {
    assertThat(actual.toDoubles()).containsExactly(expected, within(1e-13));
  }

  private static final double[][] LOGITS = {{1, 2, 0.5}, {-1, 0, 3}, {0.2, 0.1, -0.3}};

  /** log(softmax(row))[c]. */
  private static double logSoftmax(double[] row, int c) {
    double sum = 0;
    for (double v : row) {
      sum += Math.exp(v);
    }
    return row[c] - Math.log(sum);
  }

  @Test
  void crossEntropyOfClasses() {
    double a = -logSoftmax(LOGITS[0], 2);
    double b = -logSoftmax(LOGITS[1], 0);
    double c = -logSoftmax(LOGITS[2], 1);
    Tensor x = doubles(LOGITS);
    Tensor t = Tensor.of(new int[] {2, 0, 1});

    close(F.crossEntropy(x, t, Reduction.NONE), a, b, c);
    close(F.crossEntropy(x, t, Reduction.SUM), a + b + c);
    close(F.crossEntropy(x, t), (a + b + c) / 3);
    close(F.nllLoss(new LogSoftmax(1).forward(x), t), (a + b + c) / 3);
    // [classes] and one number.
    close(F.crossEntropy(x.select(0, 1), Tensor.scalar(0, DType.INT64)), b);
    close(F.crossEntropy(x, t.to(DType.UINT8)), (a + b + c) / 3);
  }

  @Test
  void crossEntropyWeighsAndIgnores() {
    double a = -logSoftmax(LOGITS[0], 2);
    double c = -logSoftmax(LOGITS[2], 1);
    Tensor x = doubles(LOGITS);
    Tensor t = Tensor.of(new int[] {2, -1, 1});
    var loss =
        new CrossEntropyLoss().withWeight(doubles(new double[] {5, 2, 3})).withIgnoreIndex(-1);

    close(loss.withReduction(Reduction.NONE).forward(x, t), 3 * a, 0, 2 * c);
    close(loss.withReduction(Reduction.SUM).forward(x, t), 3 * a + 2 * c);
    close(loss.forward(x, t), (3 * a + 2 * c) / 5);
    close(new CrossEntropyLoss().withIgnoreIndex(-1).forward(x, t), (a + c) / 2);
    assertThat(new CrossEntropyLoss().forward(x, Tensor.of(new int[] {-100, -100, -100})).item())
        .isNaN();
  }

  @Test
  void anIgnoredRowMayHoldWhatIsNoNumber() {
    Tensor classes = Tensor.of(new int[] {-100, 1});
    for (double odd : new double[] {1 / 0.0, -1 / 0.0, Double.NaN, 0}) {
      for (DType type : List.of(DType.FLOAT32, DType.FLOAT64)) {
        Tensor x = Tensor.of(new double[][] {{0, odd}, {0, 0}}, type).requiresGrad(true);
        Tensor y = F.crossEntropy(x, classes);
        y.backward();
        assertThat(y.item()).isCloseTo(Math.log(2), within(1e-7));
        assertThat(x.grad().toDoubles())
            .as("%s in %s", odd, type)
            .containsExactly(new double[] {0, 0, 0.5, -0.5}, within(1e-7));
      }
    }
  }

  @Test
  void crossEntropySmoothsLabels() {
    double e = 0.3;
    double[] w = {5, 2, 3};
    int[] target = {2, 0, 1};
    double[] plain = new double[3];
    double[] weighted = new double[3];
    for (int i = 0; i < 3; i++) {
      for (int c = 0; c < 3; c++) {
        double share = e / 3 + (c == target[i] ? 1 - e : 0);
        plain[i] -= share * logSoftmax(LOGITS[i], c);
        weighted[i] -= share * w[c] * logSoftmax(LOGITS[i], c);
      }
    }
    Tensor x = doubles(LOGITS);
    var loss = new CrossEntropyLoss().withLabelSmoothing(e);

    close(loss.withReduction(Reduction.NONE).forward(x, Tensor.of(target)), plain);
    close(loss.forward(x, Tensor.of(target)), (plain[0] + plain[1] + plain[2]) / 3);
    var heavy = loss.withWeight(doubles(w));
    close(heavy.forward(x, Tensor.of(target)), (weighted[0] + weighted[1] + weighted[2]) / 10);
    // The same as probabilities, where the mean counts rows.
    Tensor hot = Tensor.eye(3, DType.FLOAT64).indexSelect(0, Tensor.of(target));
    close(loss.forward(x, hot), (plain[0] + plain[1] + plain[2]) / 3);
    close(heavy.forward(x, hot), (weighted[0] + weighted[1] + weighted[2]) / 3);
  }

  @Test
  void crossEntropyTakesImages() {
    Tensor x = random(2, 3, 2, 2);
    Tensor t = Tensor.of(new int[][][] {{{0, 1}, {2, 0}}, {{1, 1}, {2, 2}}});
    Tensor each = F.crossEntropy(x, t, Reduction.NONE);

    assertThat(each.shape()).isEqualTo(Shape.of(2, 2, 2));
    double[] column = {x.get(1, 0, 1, 0), x.get(1, 1, 1, 0), x.get(1, 2, 1, 0)};
    assertThat(each.get(1, 1, 0)).isCloseTo(-logSoftmax(column, 2), within(1e-13));
    // A target that is a view with an offset.
    Tensor second = F.crossEntropy(x.narrow(0, 1, 1), t.narrow(0, 1, 1), Reduction.NONE);
    close(second, each.select(0, 1).reshape(-1).toDoubles());
  }

  @Test
  void crossEntropyStandsExtremes() {
    Tensor x = doubles(new double[][] {{1000, 0}, {-1000, 1000}}).requiresGrad(true);
    Tensor loss = F.crossEntropy(x, Tensor.of(new int[] {1, 1}));
    loss.backward();

    close(loss, 500);
    close(x.grad(), 0.5, -0.5, 0, 0);
  }

  @Test
  void crossEntropyTellsWhatItNeeds() {
    Tensor x = Tensor.zeros(64, 10);

    assertThatThrownBy(() -> F.crossEntropy(x, Tensor.zeros(64)))
        .isInstanceOf(DTypeException.class)
        .hasMessage(
            "crossEntropy: the target must be class indices of int64, or probabilities with the"
                + " shape of the input [64, 10], got float32 [64]; use target.to(DType.INT64)");
    assertThatThrownBy(
            () -> {
              Tensor t = Tensor.zeros(Shape.of(64), DType.INT64);
              t.set(10, 3);
              F.crossEntropy(x, t);
            })
        .hasMessage(
            "crossEntropy: target value 10 at position 3 is outside [0, 10) for input [64, 10]");
    assertThatThrownBy(() -> F.nllLoss(x, Tensor.zeros(Shape.of(64, 1), DType.INT64)))
        .isInstanceOf(ShapeException.class)
        .hasMessage("nllLoss: input [64, 10] needs class indices [64], got [64, 1]; use target.squeeze(1)");
    assertThatThrownBy(() -> F.crossEntropy(Tensor.zeros(Shape.of(4), DType.INT64), x))
        .isInstanceOf(DTypeException.class)
        .hasMessageContaining("exchanged");
    assertThatThrownBy(
            () ->
                new NLLLoss()
                    .withWeight(Tensor.ones(9))
                    .forward(x, Tensor.zeros(Shape.of(64), DType.INT64)))
        .hasMessageContaining("a weight for each class [10], got [9]");
  }

  @Test
  void squaredAndAbsoluteDifferences() {
    Tensor x = doubles(new double[] {1, 5});
    Tensor t = doubles(new double[] {4, 4});

    close(F.mseLoss(x, t), 5);
    close(F.mseLoss(x, t, Reduction.SUM), 10);
    close(F.mseLoss(x, t, Reduction.NONE), 9, 1);
    close(F.l1Loss(x, t), 2);
    close(F.l1Loss(x, t, Reduction.SUM), 4);
    close(F.l1Loss(x, t, Reduction.NONE), 3, 1);
  }

  @Test
  void nothingBroadcasts() {
    Tensor column = Tensor.zeros(100, 1);
    Tensor row = Tensor.zeros(100);

    assertThatThrownBy(() -> F.mseLoss(column, row))
        .isInstanceOf(ShapeException.class)
        .hasMessage(
            "mseLoss: input [100, 1] and target [100] differ, and broadcasting them is almost always a"
                + " bug; use target.unsqueeze(1)");
    assertThatThrownBy(() -> F.l1Loss(row, column)).hasMessageEndingWith("use target.squeeze(1)");
    assertThatThrownBy(() -> F.binaryCrossEntropy(row, Tensor.zeros(1)))
        .hasMessageEndingWith("the shapes must be equal");
    assertThatThrownBy(() -> F.binaryCrossEntropyWithLogits(column, row)).isInstanceOf(ShapeException.class);
  }

  @Test
  void binaryCrossEntropy() {
    Tensor p = doubles(new double[] {0.2, 0.9});
    Tensor t = doubles(new double[] {0, 0.7});
    double a = -Math.log(0.8);
    double b = -(0.7 * Math.log(0.9) + 0.3 * Math.log(0.1));

    close(F.binaryCrossEntropy(p, t, Reduction.NONE), a, b);
    close(F.binaryCrossEntropy(p, t), (a + b) / 2);
    close(new BCELoss(doubles(new double[] {2, 3}), Reduction.SUM).forward(p, t), 2 * a + 3 * b);
    Tensor logits = p.div(p.rsub(1)).log();
    close(F.binaryCrossEntropyWithLogits(logits, t, Reduction.NONE), a, b);
    close(F.binaryCrossEntropyWithLogits(logits, t, Reduction.SUM), a + b);
    double heavy = -(4 * 0.7 * Math.log(0.9) + 0.3 * Math.log(0.1));
    close(
        new BCEWithLogitsLoss()
            .withPosWeight(doubles(new double[] {4}))
            .withWeight(doubles(new double[] {1, 10}))
            .withReduction(Reduction.NONE)
            .forward(logits, t),
        a,
        10 * heavy);
  }

  @Test
  void binaryCrossEntropyIsFiniteEverywhere() {
    Tensor p = doubles(new double[] {0, 1, 0, 1}).requiresGrad(true);
    Tensor t = doubles(new double[] {0, 1, 1, 0});
    Tensor loss = F.binaryCrossEntropy(p, t, Reduction.NONE);
    loss.sum().backward();

    close(loss, 0, 0, 100, 100);
    close(p.grad(), 0, 0, -1e12, 1e12);
    // The slope by the target ends where the logarithms do.
    Tensor half = doubles(new double[] {0.5, 0.5, 0.5}).requiresGrad(true);
    F.binaryCrossEntropy(doubles(new double[] {0, 1, 0.5}), half, Reduction.SUM).backward();
    close(half.grad(), 100, -100, 0);
    Tensor single = Tensor.of(0.5, 0.5, 0.5).requiresGrad(true);
    F.binaryCrossEntropy(Tensor.of(0, 1, 0.5), single, Reduction.SUM).backward();
    close(single.grad(), 100, -100, 0);
    Tensor x = doubles(new double[] {-1000, 1000, 1000}).requiresGrad(true);
    Tensor stable = F.binaryCrossEntropyWithLogits(x, doubles(new double[] {0, 0, 1}), Reduction.NONE);
    stable.sum().backward();
    close(stable, 0, 1000, 0);
    close(x.grad(), 0, 1, 0);
    assertThatThrownBy(() -> F.binaryCrossEntropy(doubles(new double[] {0.5, 1.5}), doubles(new double[2])))
        .hasMessageContaining("probabilities in [0, 1], got 1.5; apply sigmoid");
  }

  @Test
  void derivativesAreRight() {
    Tensor x = random(4, 3);
    Tensor y = random(3, 4).reshape(4, 3).mul(0.7);
    Tensor classes = Tensor.of(new int[] {2, 0, -100, 1});
    Tensor weight = doubles(new double[] {1, 2, 0.5});
    Tensor probabilities = new Softmax(1).forward(y);
    Tensor halves = y.sigmoid();

    var entropy = new CrossEntropyLoss().withWeight(weight).withLabelSmoothing(0.2);
    GradCheck.secondOrder(v -> entropy.forward(v, classes), x).assertOk();
    GradCheck.secondOrder((v, w) -> entropy.forward(v, w), x, probabilities).assertOk();
    GradCheck.secondOrder(v -> new NLLLoss().withWeight(weight).forward(v, classes), x).assertOk();
    GradCheck.secondOrder((v, w) -> F.mseLoss(v, w), x, y).assertOk();
    GradCheck.check((v, w) -> F.l1Loss(v, w), x, y).assertOk();
    GradCheck.secondOrder((v, w) -> F.binaryCrossEntropy(v, w), x.sigmoid(), halves).assertOk();
    var logits = new BCEWithLogitsLoss().withWeight(weight).withPosWeight(weight.add(1));
    GradCheck.secondOrder((v, w) -> logits.forward(v, w), x, halves).assertOk();
  }

  @Test
  void nllWeighsClasses() {
    Tensor x = doubles(new double[][] {{-1, -2}, {-3, -4}, {-5, -6}});
    Tensor t = Tensor.of(new int[] {0, 1, -100});
    var loss = new NLLLoss().withWeight(doubles(new double[] {1, 3}));

    close(loss.withReduction(Reduction.NONE).forward(x, t), 1, 3 * 4, 0);
    close(loss.withReduction(Reduction.SUM).forward(x, t), 13);
    close(loss.forward(x, t), 13.0 / 4);
    close(loss.forward(x.narrow(0, 0, 2), t.narrow(0, 0, 2)), 13.0 / 4);
    close(new NLLLoss().forward(x, t), 5.0 / 2);
    close(loss.withIgnoreIndex(1).forward(x.narrow(0, 0, 2), t.narrow(0, 0, 2)), 1);
  }

  @Test
  void keepsItsWeightsAsBuffers() {
    var loss = new BCEWithLogitsLoss().withPosWeight(Tensor.ones(2));

    assertThat(loss.state()).containsOnlyKeys("pos_weight");
    assertThat(loss.parameters()).isEmpty();
  }
}
