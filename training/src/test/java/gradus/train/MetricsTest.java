package gradus.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import gradus.DType;
import gradus.ShapeException;
import gradus.Tensor;
import gradus.data.TensorDataset;
import gradus.nn.Dropout;
import gradus.nn.Layer;
import gradus.nn.Linear;
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
            "predict: the network must give scores [10, classes] for inputs [10, 3], got [10]");
  }
}
