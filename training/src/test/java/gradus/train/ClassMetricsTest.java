package gradus.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import gradus.DType;
import gradus.DTypeException;
import gradus.ShapeException;
import gradus.Tensor;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Metrics of classes, against the examples in scikit-learn's documentation and plain counting. */
class ClassMetricsTest {
  private static Tensor labels(long... labels) {
    return Tensor.of((Object) labels);
  }

  /** Scores whose largest is the given class. */
  private static Tensor scores(int classes, long... found) {
    return Tensor.eye(classes).indexSelect(0, labels(found)).mul(3).sub(1);
  }

  private static <R> R of(Metric<R> metric, Tensor prediction, Tensor target) {
    metric.update(prediction, target);
    return metric.compute();
  }

  // --- values ---

  @Test
  void precisionRecallAndF1AreThoseOfScikitLearn() {
    Tensor target = labels(0, 1, 2, 0, 1, 2);
    for (Tensor prediction : List.of(scores(3, 0, 2, 1, 0, 0, 1), labels(0, 2, 1, 0, 0, 1))) {
      var precision = new PrecisionScore();
      assertThat(of(precision, prediction, target)).isCloseTo(2.0 / 9, within(1e-15));
      assertThat(precision.perClass()).isEqualTo(Map.of(0L, 2.0 / 3, 1L, 0.0, 2L, 0.0));
      assertThat(of(new PrecisionScore(Average.MICRO), prediction, target)).isEqualTo(2.0 / 6);
      assertThat(of(new PrecisionScore(Average.WEIGHTED), prediction, target))
          .isCloseTo(2.0 / 9, within(1e-15));
      var recall = new RecallScore();
      assertThat(of(recall, prediction, target)).isCloseTo(1.0 / 3, within(1e-15));
      assertThat(recall.perClass()).isEqualTo(Map.of(0L, 1.0, 1L, 0.0, 2L, 0.0));
      assertThat(of(new RecallScore(Average.MICRO), prediction, target)).isEqualTo(2.0 / 6);
      var f1 = new F1Score(Average.MACRO);
      assertThat(of(f1, prediction, target)).isCloseTo(0.8 / 3, within(1e-15));
      assertThat(f1.perClass()).isEqualTo(Map.of(0L, 0.8, 1L, 0.0, 2L, 0.0));
      assertThat(of(new F1Score(Average.MICRO), prediction, target)).isEqualTo(2.0 / 6);
    }
  }

  @Test
  void averagesWeighClassesDifferently() {
    // Class 0: 3 of 4 found, no other taken for it. Class 1: found, but 1 of 2 taken for it wrong.
    Tensor target = labels(0, 0, 0, 0, 1);
    Tensor prediction = scores(4, 0, 0, 0, 1, 1);
    assertThat(of(new PrecisionScore(Average.MACRO), prediction, target)).isEqualTo((1 + 0.5) / 2);
    assertThat(of(new PrecisionScore(Average.WEIGHTED), prediction, target))
        .isEqualTo((4 * 1 + 0.5) / 5);
    assertThat(of(new RecallScore(Average.WEIGHTED), prediction, target))
        .isEqualTo((4 * 0.75 + 1) / 5);
    assertThat(of(new RecallScore(Average.MICRO), prediction, target)).isEqualTo(0.8);
    // Classes 2 and 3 do not occur, and do not count.
    assertThat(of(new RecallScore(), prediction, target)).isEqualTo((0.75 + 1) / 2);
  }

  @Test
  void theConfusionMatrixIsThatOfScikitLearn() {
    Tensor target = labels(2, 0, 2, 2, 0, 1);
    var matrix = new ConfusionMatrix();
    assertThat(of(matrix, scores(3, 0, 0, 2, 2, 0, 2), target).toLongs())
        .containsExactly(2, 0, 0, 0, 0, 1, 1, 0, 2);
    assertThat(of(new ConfusionMatrix(), labels(0, 0, 2, 2, 0, 2), target).toLongs())
        .containsExactly(2, 0, 0, 0, 0, 1, 1, 0, 2);
    assertThat(matrix.toString()).startsWith("confusion matrix\n[[2 0 0]");
    assertThat(of(new ConfusionMatrix(), scores(4, 0), labels(0)).toLongs()).hasSize(16);
  }

  @Test
  void aConfusionMatrixGrowsWithTheClasses() {
    var matrix = new ConfusionMatrix();
    assertThat(matrix.compute().numel()).isZero();
    matrix.update(labels(1, 0), labels(0, 0));
    assertThat(of(matrix, labels(2, 2), labels(1, 2)).toLongs())
        .containsExactly(1, 1, 0, 0, 0, 1, 0, 0, 1);
    assertThatThrownBy(() -> matrix.update(labels(46_340), labels(0)))
        .hasMessage("confusion matrix: a table of 46341 classes is too large, 46340 are possible");
    assertThat(matrix.compute().sum().itemLong()).isEqualTo(4);
    matrix.reset();
    assertThat(matrix.compute().numel()).isZero();
  }

  @Test
  void topKIsThatOfScikitLearn() {
    Tensor scores =
        Tensor.of(
            new double[][] {{0.5, 0.2, 0.2}, {0.3, 0.4, 0.2}, {0.2, 0.4, 0.3}, {0.7, 0.2, 0.1}});
    Tensor target = labels(0, 1, 2, 2);
    assertThat(of(new TopKAccuracy(1), scores, target)).isEqualTo(0.5);
    assertThat(of(new TopKAccuracy(2), scores, target)).isEqualTo(0.75);
    assertThat(of(new TopKAccuracy(3), scores, target)).isEqualTo(1);
    // Of three equal scores the first two.
    assertThat(of(new TopKAccuracy(2), Tensor.ones(3, 3), labels(0, 1, 2))).isEqualTo(2.0 / 3);
    assertThat(new TopKAccuracy(2)).hasToString("top-2 accuracy NaN");
    assertThatThrownBy(() -> new TopKAccuracy(4).update(scores, target))
        .isInstanceOf(ShapeException.class)
        .hasMessage("top-4 accuracy: the prediction [4, 3] has only 3 classes");
    assertThatThrownBy(() -> new TopKAccuracy(0)).hasMessageContaining("positive, got 0");
  }

  @Test
  void moreDimensionsStandBehindTheClasses() {
    // [1, 2, 3]: two classes at three places.
    Tensor scores = Tensor.of(new double[][][] {{{1, 5, 0}, {2, 4, 1}}});
    Tensor target = Tensor.of(new long[][] {{1, 0, 0}});
    assertThat(of(new Accuracy(), scores, target)).isEqualTo(2.0 / 3);
    assertThat(of(new TopKAccuracy(1), scores, target)).isEqualTo(2.0 / 3);
    assertThat(of(new ConfusionMatrix(), scores, target).toLongs()).containsExactly(1, 1, 0, 1);
    assertThatThrownBy(() -> new Accuracy().update(scores, Tensor.of(new long[][] {{1, 0}})))
        .isInstanceOf(ShapeException.class)
        .hasMessageEndingWith(
            "int64 [1, 3], got int64 [1, 2]; the classes are dimension 1: use"
                + " prediction.transpose(1, 2)");
    assertThat(of(new Accuracy(), Tensor.of(1, 3, 2), Tensor.scalar(1, DType.INT64))).isOne();
  }

  // --- two classes ---

  @Test
  void aThresholdDecidesBetweenTwoClasses() {
    Tensor target = Tensor.of(0, 0, 1, 1, 1);
    Tensor probabilities = Tensor.of(0.1, 0.6, 0.5, 0.7, 1);
    Tensor logits = Tensor.of(-3, 2, 0, 1, 9);
    for (Tensor truth : List.of(target, target.to(DType.INT64), target.to(DType.BOOL))) {
      assertThat(of(Accuracy.binary(), probabilities, truth)).isEqualTo(0.6);
      assertThat(of(Accuracy.binary(0), logits, truth)).isEqualTo(0.6);
      assertThat(of(Accuracy.binary(), logits.gt(0), truth)).isEqualTo(0.6);
    }
    assertThat(of(Accuracy.binary(0.05), probabilities, target)).isEqualTo(0.6);
    assertThat(of(Accuracy.binary(-1), logits, target)).isEqualTo(0.8);
    var matrix = of(ConfusionMatrix.binary(0), logits, target);
    assertThat(matrix.toLongs()).containsExactly(1, 1, 1, 2);
    assertThat(of(ConfusionMatrix.binary(), probabilities, target).toLongs())
        .isEqualTo(matrix.toLongs());
    for (Supplier<List<ClassScore>> scores :
        List.<Supplier<List<ClassScore>>>of(
            () -> List.of(PrecisionScore.binary(), RecallScore.binary(), F1Score.binary()),
            () ->
                List.of(PrecisionScore.binary(0.5), RecallScore.binary(.5), F1Score.binary(.5)))) {
      assertThat(scores.get().stream().map(m -> of(m, probabilities, target)))
          .allMatch(v -> v == 2.0 / 3);
    }
    assertThat(of(RecallScore.binary(0), Tensor.of(-1, -1), Tensor.of(0, 0))).isZero();
    assertThat(of(PrecisionScore.binary(0), Tensor.of(1, 1, -1), Tensor.of(0, 1, 1))).isEqualTo(.5);
    assertThat(of(RecallScore.binary(0), Tensor.of(1, 1, 1), Tensor.of(0, 1, 1))).isEqualTo(1);
  }

  @Test
  void severalLabelsMayStandTogether() {
    Tensor prediction = Tensor.of(new double[][] {{0.9, 0.2}, {0.8, 0.7}});
    Tensor target = Tensor.of(new double[][] {{1, 1}, {0, 1}});
    assertThat(of(Accuracy.binary(), prediction, target)).isEqualTo(0.5);
  }

  @Test
  void logitsAreNoProbabilities() {
    Tensor target = Tensor.of(0, 1);
    assertThatThrownBy(() -> Accuracy.binary().update(Tensor.of(0.5, 3), target))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "accuracy: the prediction at position 1 is 3.0, no probability in [0, 1]; apply sigmoid,"
                + " or compare logits with the threshold 0: binary(0)");
    assertThatThrownBy(() -> F1Score.binary().update(Tensor.of(Double.NaN, 0), target))
        .hasMessageStartingWith("f1: the prediction at position 0 is NaN");
    assertThatThrownBy(() -> Accuracy.binary(Double.NaN)).hasMessageContaining("threshold");
    assertThatThrownBy(() -> Accuracy.binary().update(target, Tensor.of(0, 0.5)))
        .hasMessage("accuracy: the target at position 1 is 0.5, neither 0 nor 1");
    assertThatThrownBy(() -> Accuracy.binary().update(labels(0, 2), target))
        .hasMessage("accuracy: the prediction at position 1 is 2.0, neither 0 nor 1");
    assertThatThrownBy(() -> Accuracy.binary().update(Tensor.zeros(2, 1), target))
        .isInstanceOf(ShapeException.class)
        .hasMessageStartingWith("accuracy: input [2, 1] and target [2] differ")
        .hasMessageEndingWith("use target.unsqueeze(1)");
  }

  // --- what all have in common ---

  static Stream<Supplier<Metric<?>>> metrics() {
    return Stream.of(
        Accuracy::new,
        () -> new TopKAccuracy(1),
        ConfusionMatrix::new,
        PrecisionScore::new,
        RecallScore::new,
        () -> new F1Score(Average.WEIGHTED));
  }

  private static List<Double> numbers(Metric<?> metric) {
    return metric.compute() instanceof Tensor t
        ? java.util.Arrays.stream(t.toDoubles()).boxed().toList()
        : List.of((Double) metric.compute());
  }

  @ParameterizedTest
  @MethodSource("metrics")
  void batchesOfAnySizeAddUp(Supplier<Metric<?>> metric) {
    Tensor prediction = Tensor.randn(500, 7);
    Tensor guessed = Tensor.randint(0, 7, 400);
    Tensor target = Tensor.cat(prediction.narrow(0, 0, 100).argmax(1), guessed);
    Metric<?> whole = metric.get();
    whole.update(prediction, target);
    Metric<?> parts = metric.get();
    int from = 0;
    for (int n : new int[] {1, 300, 0, 150, 49}) {
      parts.update(prediction.narrow(0, from, n), target.narrow(0, from, n));
      from += n;
    }
    assertThat(from).isEqualTo(500);
    assertThat(numbers(parts)).isEqualTo(numbers(whole));
    parts.reset(); // the first hundred are all right, of the others some are not
    parts.update(prediction.narrow(0, 0, 100), target.narrow(0, 0, 100));
    Metric<?> first = metric.get();
    first.update(prediction.narrow(0, 0, 100), target.narrow(0, 0, 100));
    assertThat(numbers(parts)).isEqualTo(numbers(first)).isNotEqualTo(numbers(whole));
  }

  @ParameterizedTest
  @MethodSource("metrics")
  void whatIsRefusedIsNotCounted(Supplier<Metric<?>> metric) {
    Metric<?> m = metric.get();
    m.update(scores(3, 0, 1, 2), labels(0, 1, 1));
    var before = numbers(m);
    String name = m.name() + ": ";
    assertThatThrownBy(() -> m.update(scores(3, 0, 1), labels(0, 3)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(name + "target value 3 at position 1 is outside [0, 3)");
    assertThatThrownBy(() -> m.update(scores(3, 0, 1), labels(0, -1)))
        .hasMessageContaining("target value -1 at position 1");
    assertThatThrownBy(() -> m.update(scores(3, 0, 1), labels(0, 1).unsqueeze(1)))
        .isInstanceOf(ShapeException.class)
        .hasMessageStartingWith(name)
        .hasMessageEndingWith("use target.squeeze(1)");
    assertThatThrownBy(() -> m.update(scores(3, 0, 1), scores(3, 0, 1).to(DType.INT64)))
        .hasMessageEndingWith("int64 [2], got int64 [2, 3]; one-hot? use target.argmax(1)");
    assertThatThrownBy(() -> m.update(scores(3, 0, 1), Tensor.of(0, 1)))
        .isInstanceOf(DTypeException.class)
        .hasMessageStartingWith(name);
    assertThatThrownBy(() -> m.update(scores(2, 0, 1), Tensor.of(new boolean[] {true, false})))
        .isInstanceOf(DTypeException.class);
    assertThatThrownBy(() -> m.update(Tensor.zeros(2, 1), labels(0, 1)))
        .isInstanceOf(ShapeException.class)
        .hasMessageStartingWith(name + "needs scores of two classes or more")
        .hasMessageEndingWith("use binary(threshold)");
    assertThatThrownBy(() -> m.update(Tensor.zeros(2), labels(0, 1)))
        .hasMessageContaining("got [2] for the target [2]");
    assertThatThrownBy(() -> m.update(Tensor.zeros(2, 0), labels(0, 1)))
        .hasMessageContaining("got [2, 0]");
    assertThatThrownBy(() -> m.update(Tensor.scalar(1), labels(0))).hasMessageContaining("got []");
    assertThatThrownBy(() -> m.update(scores(3, 0, 1), labels(0)))
        .hasMessageEndingWith("int64 [2], got int64 [1]");
    assertThat(numbers(m)).isEqualTo(before);
  }

  @Test
  void predictedIndicesAreChecked() {
    for (Metric<?> m : List.of(new Accuracy(), new ConfusionMatrix(), new F1Score())) {
      assertThatThrownBy(() -> m.update(labels(0, 1), labels(0, 1).unsqueeze(1)))
          .isInstanceOf(ShapeException.class)
          .hasMessageEndingWith("use target.squeeze(1)");
      assertThatThrownBy(() -> m.update(labels(0, -100), labels(0, 1)))
          .hasMessageEndingWith(
              "predicted value -100 at position 1 is no class index, which count from 0");
      assertThatThrownBy(() -> m.update(labels(0, 1), labels(-1, 1)))
          .hasMessageContaining("target value -1 at position 0");
      assertThatThrownBy(() -> m.update(labels(0, 1), Tensor.of(0, 1)))
          .isInstanceOf(DTypeException.class);
    }
    assertThatThrownBy(() -> new TopKAccuracy(1).update(labels(0, 1), labels(0, 1)))
        .isInstanceOf(DTypeException.class)
        .hasMessageContaining("are prediction and target exchanged?");
    assertThat(of(new F1Score(), labels(1L << 40, 3), labels(1L << 40, 3))).isOne();
  }

  @Test
  void someTargetsDoNotCount() {
    Tensor prediction = scores(3, 0, 1, 2, 2);
    Tensor padded = labels(0, -100, 2, 1);
    assertThat(of(new Accuracy(), prediction, padded)).isEqualTo(2.0 / 3);
    assertThat(of(new Accuracy(), labels(0, 1, 2, 2), padded)).isEqualTo(2.0 / 3);
    assertThat(of(new TopKAccuracy(1), prediction, padded)).isEqualTo(2.0 / 3);
    assertThat(of(new ConfusionMatrix(), prediction, padded).toLongs())
        .containsExactly(1, 0, 0, 0, 0, 1, 0, 0, 1);
    assertThat(of(new RecallScore(), prediction, padded)).isEqualTo(2.0 / 3);
    // The first class is padding.
    Tensor target = labels(0, 0, 2, 1);
    assertThat(of(new Accuracy().withIgnoreIndex(0), prediction, target)).isEqualTo(0.5);
    assertThat(of(new TopKAccuracy(3).withIgnoreIndex(0), prediction, target)).isEqualTo(1);
    assertThat(of(new TopKAccuracy(1).withIgnoreIndex(0), prediction, target)).isEqualTo(0.5);
    assertThat(of(new ConfusionMatrix().withIgnoreIndex(0), prediction, target).toLongs())
        .containsExactly(0, 0, 0, 0, 0, 1, 0, 0, 1);
    for (ClassScore score :
        List.of(
            new RecallScore().withIgnoreIndex(0),
            new PrecisionScore().withIgnoreIndex(0),
            new F1Score().withIgnoreIndex(0))) {
      score.update(prediction, target);
      assertThat(score.perClass()).containsOnlyKeys(1L, 2L);
    }
    assertThat(of(Accuracy.binary(0).withIgnoreIndex(-1), Tensor.of(1, 1, 1), labels(1, -1, 0)))
        .isEqualTo(0.5);
  }

  @ParameterizedTest
  @MethodSource("metrics")
  void nothingIsRecordedAndNothingChanged(Supplier<Metric<?>> metric) {
    Tensor prediction = scores(3, 0, 1, 2).requiresGrad(true);
    Tensor target = labels(0, -100, 1);
    metric.get().update(prediction.mul(2), target);
    assertThat(target.toLongs()).containsExactly(0, -100, 1);
    assertThat(prediction.grad()).isNull();
  }

  /** Counts are integers: a float32 sum would stop at 2^24. */
  @Test
  void countsAreExact() {
    var accuracy = new Accuracy();
    Tensor zeros = Tensor.zeros(gradus.Shape.of(1 << 22), DType.INT64);
    for (int i = 0; i < 5; i++) {
      accuracy.update(zeros, zeros);
    }
    accuracy.update(labels(1), labels(0));
    assertThat(accuracy.compute()).isEqualTo((5.0 * (1 << 22)) / (5.0 * (1 << 22) + 1));
    assertThat(new Accuracy().compute()).isNaN();
    assertThat(new F1Score().compute()).isNaN();
    assertThat(new Accuracy()).hasToString("accuracy NaN");
  }
}
