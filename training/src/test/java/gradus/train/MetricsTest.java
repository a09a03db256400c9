package gradus.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import gradus.DType;
import gradus.DTypeException;
import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import gradus.data.DataLoader;
import gradus.data.Dataset;
import gradus.data.TensorDataset;
import gradus.nn.Dropout;
import gradus.nn.Layer;
import gradus.nn.Linear;
import gradus.nn.F;
import gradus.nn.Parameterized;
import gradus.nn.Sequential;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MetricsTest {
  /**
   * Scores are the inputs themselves; sample i is of class i % 3, every tenth is labelled wrong.
   */
  private static TensorDataset data(int n) {
    float[][] x = new float[n][3];
    long[] y = new long[n];
    for (int i = 0; i < n; i++) {
      x[i][i % 3] = 1;
      y[i] = i % 10 == 0 ? (i + 1) % 3 : i % 3;
    }
    return new TensorDataset(Tensor.of((Object) x), Tensor.of((Object) y));
  }

  @Test
  void accuracyCountsWhatIsRight() {
    Layer identity = x -> x;
    assertThat(Metrics.accuracy(identity, data(1000))).isEqualTo(0.9);
    assertThat(Metrics.accuracy(identity, data(1))).isZero();
    assertThat(Metrics.accuracy(identity, data(1000).subset(1, 2, 3))).isEqualTo(1);
    assertThat(Metrics.accuracy(identity, data(5).subset())).isNaN();
    Layer negated = x -> x.neg();
    assertThat(Metrics.accuracy(negated, data(30).subset(1, 2, 3, 4))).isZero();
  }

  @Test
  void predictGivesClassesAndTakesTheFirstOfEqualScores() {
    Tensor scores = Tensor.of(new double[][] {{0, 2, 1}, {5, 5, 5}, {-3, -2, -1}});
    Tensor found = Metrics.predict(x -> x, scores);
    assertThat(found.dtype()).isEqualTo(DType.INT64);
    assertThat(found.toLongs()).containsExactly(1, 0, 2);
  }

  @Test
  void nothingIsRecorded() {
    var watched = new Watched(new Linear(3, 3), new ArrayList<>());
    Metrics.accuracy(watched, data(600));
    assertThat(watched.recorded).hasSize(3).containsOnly(false);
    watched.forward(Tensor.ones(1, 3));
    assertThat(watched.recorded).hasSize(4).endsWith(true);
  }

  /** Notes whether its results are recorded. */
  private record Watched(Linear linear, List<Boolean> recorded) implements Layer {
    @Override
    public Tensor forward(Tensor x) {
      Tensor y = linear.forward(x);
      recorded.add(y.requiresGrad());
      return y;
    }
  }

  @Test
  void dropoutIsOffMeanwhileAndEachPartBackAfterwards() {
    var asleep = new Dropout(0.9);
    asleep.setTraining(false);
    var awake = new Dropout(0.9);
    var net = new Sequential(awake, asleep);
    assertThat(Metrics.accuracy(net, data(1000))).isEqualTo(0.9);
    assertThat(awake.isTraining()).isTrue();
    assertThat(asleep.isTraining()).isFalse();
    Layer broken =
        new Sequential(
            awake,
            x -> {
              throw new IllegalStateException("broken");
            });
    assertThatThrownBy(() -> Metrics.accuracy(broken, data(10))).hasMessage("broken");
    assertThat(awake.isTraining()).isTrue();
  }

  @Test
  void scoresMustBeScores() {
    assertThatThrownBy(() -> Metrics.accuracy(x -> x.sum(1), data(10)))
        .isInstanceOf(ShapeException.class)
        .hasMessage(
            "accuracy: needs scores of two classes or more, [n, classes], got [10] for the target"
                + " [10]; where one number stands for two classes use binary(threshold)");
    assertThatThrownBy(() -> Metrics.predict(x -> x.sum(1), data(10).inputs()))
        .isInstanceOf(ShapeException.class)
        .hasMessage(
            "predict: the network must give scores [10, classes] for inputs [10, 3], got [10]; of"
                + " two classes with one number each say net.call(x).gt(threshold)");
    assertThatThrownBy(() -> Metrics.predict(x -> x.narrow(1, 0, 1), data(10).inputs()))
        .hasMessageContaining("got [10, 1]; of two classes");
    assertThatThrownBy(() -> Metrics.predict(x -> x.narrow(0, 0, 1), data(10).inputs()))
        .hasMessageEndingWith("got [1, 3]");
  }

  /** A column of 200 classes would broadcast to 200 x 200 comparisons. */
  @Test
  void targetsMustBeClassIndices() {
    Layer first = x -> Tensor.of(new double[][] {{1, 0}}).expand(x.size(0), 2);
    var column =
        new TensorDataset(Tensor.randn(200, 4), Tensor.zeros(Shape.of(200, 1), DType.INT64));
    assertThatThrownBy(() -> Metrics.accuracy(first, column))
        .isInstanceOf(ShapeException.class)
        .hasMessage(
            "accuracy: the prediction [200, 2] needs class indices as target, int64 [200], got"
                + " int64 [200, 1]; use target.squeeze(1)");
    var hot = new TensorDataset(Tensor.randn(3, 4), Tensor.eye(2).indexSelect(0, zeros(3)));
    assertThatThrownBy(() -> Metrics.accuracy(first, hot))
        .hasMessageEndingWith("got float32 [3, 2]; one-hot? use target.argmax(1)");
    var numbers = new TensorDataset(Tensor.randn(3, 4), Tensor.zeros(3));
    assertThatThrownBy(() -> Metrics.accuracy(first, numbers))
        .isInstanceOf(DTypeException.class)
        .hasMessageEndingWith("got float32 [3]; use target.to(DType.INT64)");
    Layer single = x -> x.narrow(1, 0, 1);
    assertThatThrownBy(
            () -> Metrics.accuracy(single, new TensorDataset(Tensor.randn(9, 4), zeros(9))))
        .hasMessageContaining("got [9, 1] for the target [9]; where one number stands for two");
  }

  private static Tensor zeros(int n) {
    return Tensor.zeros(Shape.of(n), DType.INT64);
  }

  @Test
  void severalMetricsTakeOnePass() {
    var passes = new ArrayList<Integer>();
    Layer net =
        x -> {
          passes.add(x.size(0));
          return x.mul(4);
        };
    var loss = new MeanLoss(F::crossEntropy);
    var accuracy = new Accuracy();
    var matrix = new ConfusionMatrix();
    var data = data(30);
    for (int i = 0; i < 2; i++) { // the second counts nothing of the first
      Metrics.evaluate(net, DataLoader.of(data).batch(8), loss, accuracy, matrix);
    }
    assertThat(passes).containsExactly(8, 8, 8, 6, 8, 8, 8, 6);
    assertThat(accuracy.compute()).isEqualTo(0.9);
    assertThat(loss.compute())
        .isCloseTo(F.crossEntropy(data.inputs().mul(4), data.targets()).item(), within(1e-6));
    assertThat(matrix.compute().sum().itemLong()).isEqualTo(30);
    Metrics.evaluate(net, data.subset(1, 2, 3), accuracy);
    assertThat(accuracy.compute()).isEqualTo(1);
  }

  /** Two inputs, and batches that are no pairs. */
  private static final class Twins implements Parameterized {
    private final Dropout dropout = new Dropout(0.9);

    Tensor forward(Tensor a, Tensor b) {
      return dropout.call(a).sub(b).abs().sum(1).neg();
    }
  }

  private record Pair(Tensor left, Tensor right, Tensor same) {}

  @Test
  void networksAndBatchesMayBeOfAnyKind() {
    var pairs =
        List.of(
            new Pair(Tensor.ones(2, 3), Tensor.ones(2, 3), Tensor.ones(2)),
            new Pair(Tensor.ones(1, 3), Tensor.zeros(1, 3), Tensor.zeros(1)));
    var net = new Twins();
    var accuracy = Accuracy.binary(-0.5);
    Metrics.evaluate(
        net,
        DataLoader.of(Dataset.of(pairs), List::getFirst),
        pair -> accuracy.update(net.forward(pair.left, pair.right), pair.same));
    assertThat(accuracy).hasToString("accuracy 1.0000");
    assertThat(net.isTraining()).isTrue();
    assertThat(net.dropout.isTraining()).isTrue();
  }
}
