package gradus.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import gradus.DType;
import gradus.DTypeException;
import gradus.ShapeException;
import gradus.Tensor;
import gradus.nn.F;
import gradus.nn.MSELoss;
import gradus.nn.Reduction;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Metrics of numbers, against the examples in scikit-learn's documentation and plain loops. */
class NumberMetricsTest {
  private static final Tensor ACTUAL = Tensor.of(new double[] {3, -0.5, 2, 7}, DType.FLOAT64);
  private static final Tensor FOUND = Tensor.of(new double[] {2.5, 0, 2, 8}, DType.FLOAT64);

  private static double of(Metric<Double> metric, Tensor prediction, Tensor target) {
    metric.update(prediction, target);
    return metric.compute();
  }

  @Test
  void valuesAreThoseOfScikitLearn() {
    assertThat(of(new MeanSquaredError(), FOUND, ACTUAL)).isEqualTo(0.375);
    assertThat(of(new MeanAbsoluteError(), FOUND, ACTUAL)).isEqualTo(0.5);
    assertThat(of(new R2Score(), FOUND, ACTUAL)).isCloseTo(1 - 1.5 / 29.1875, within(1e-15));
    assertThat(of(new R2Score(), Tensor.of(3, 2, 1), Tensor.of(1, 2, 3))).isEqualTo(-3);
    assertThat(of(new R2Score(), Tensor.of(-2, -2, -2), Tensor.of(-2, -2, -2))).isEqualTo(1);
    assertThat(of(new R2Score(), Tensor.of(-2, -2, -1), Tensor.of(-2, -2, -2))).isZero();
    assertThat(of(new R2Score(), Tensor.of(1), Tensor.of(1))).isNaN();
  }

  @Test
  void severalOutputsAreAveraged() {
    Tensor actual = Tensor.of(new double[][] {{0.5, 1}, {-1, 1}, {7, -6}}, DType.FLOAT64);
    Tensor found = Tensor.of(new double[][] {{0, 2}, {-1, 2}, {8, -5}}, DType.FLOAT64);
    double first = 1 - 1.25 / (0.25 + 1 + 49 - 6.5 * 6.5 / 3);
    double second = 1 - 3.0 / (1 + 1 + 36 - 16.0 / 3);
    assertThat(of(new R2Score(), found, actual)).isCloseTo((first + second) / 2, within(1e-14));
    assertThat(of(new MeanSquaredError(), found, actual)).isCloseTo(4.25 / 6, within(1e-15));
    var r2 = new R2Score();
    r2.update(found, actual);
    assertThatThrownBy(() -> r2.update(FOUND, ACTUAL))
        .isInstanceOf(ShapeException.class)
        .hasMessage("r2: earlier samples had 2 outputs, the target [4] has 1; reset() begins anew");
    r2.reset();
    assertThat(r2.compute()).isNaN();
    assertThat(of(r2, FOUND, ACTUAL)).isCloseTo(1 - 1.5 / 29.1875, within(1e-15));
  }

  @Test
  void aLargeMeanCancelsNothing() {
    Tensor shifted = ACTUAL.add(1e9);
    assertThat(of(new R2Score(), FOUND.add(1e9), shifted))
        .isCloseTo(1 - 1.5 / 29.1875, within(1e-9));
  }

  @Test
  void batchesOfAnySizeAddUp() {
    Tensor prediction = Tensor.randn(200, 3);
    Tensor target = prediction.add(Tensor.randn(200, 3).mul(0.3));
    for (List<Metric<Double>> two :
        List.<List<Metric<Double>>>of(
            List.of(new MeanSquaredError(), new MeanSquaredError()),
            List.of(new MeanAbsoluteError(), new MeanAbsoluteError()),
            List.of(new R2Score(), new R2Score()),
            List.of(new MeanLoss(F::mseLoss), new MeanLoss(F::mseLoss)),
            List.of(
                new MeanLoss(new MSELoss(Reduction.NONE)),
                new MeanLoss(new MSELoss(Reduction.NONE))))) {
      Metric<Double> parts = two.getFirst();
      assertThat(parts.compute()).as(parts.name()).isNaN();
      int from = 0;
      for (int n : new int[] {1, 120, 0, 64, 15}) {
        parts.update(prediction.narrow(0, from, n), target.narrow(0, from, n));
        from += n;
      }
      double whole = of(two.getLast(), prediction, target);
      assertThat(parts.compute()).as(parts.name()).isCloseTo(whole, within(1e-6));
      parts.reset();
      assertThat(parts.compute()).isNaN();
      parts.update(target, target);
      assertThat(parts.compute()).isEqualTo(parts instanceof R2Score ? 1 : 0);
    }
    double plain = 0;
    float[] p = prediction.toFloats();
    float[] t = target.toFloats();
    for (int i = 0; i < p.length; i++) {
      plain += ((double) p[i] - t[i]) * ((double) p[i] - t[i]);
    }
    assertThat(of(new MeanSquaredError(), prediction, target)).isEqualTo(plain / p.length);
    assertThat(of(new MeanLoss(F::mseLoss), prediction, target))
        .isCloseTo(plain / p.length, within(1e-6));
  }

  @Test
  void aSmallerBatchCountsLess() {
    var loss = new MeanLoss(F::mseLoss);
    loss.update(Tensor.zeros(3), Tensor.of(2, 2, 2));
    loss.update(Tensor.zeros(1), Tensor.of(0));
    assertThat(loss.compute()).isEqualTo(3);
    assertThat(loss).hasToString("loss 3.0000");
  }

  @Test
  void whatALossRefusesIsRefused() {
    Tensor column = Tensor.zeros(4, 1);
    for (Metric<Double> metric :
        List.of(
            new MeanSquaredError(),
            new MeanAbsoluteError(),
            new R2Score(),
            new MeanLoss(F::mseLoss))) {
      metric.update(FOUND, ACTUAL);
      double before = metric.compute();
      String name = metric instanceof MeanLoss ? "mseLoss" : metric.name();
      assertThatThrownBy(() -> metric.update(column, ACTUAL))
          .isInstanceOf(ShapeException.class)
          .hasMessageStartingWith(name + ": input [4, 1] and target [4] differ")
          .hasMessageEndingWith("use target.unsqueeze(1)");
      assertThat(metric.compute()).isEqualTo(before);
    }
    assertThatThrownBy(() -> new MeanSquaredError().update(Tensor.arange(4), ACTUAL))
        .isInstanceOf(DTypeException.class)
        .hasMessage(
            "mse: the prediction must be floating, got int64; are prediction and target exchanged?");
    assertThatThrownBy(() -> new R2Score().update(Tensor.scalar(1), Tensor.scalar(1)))
        .isInstanceOf(ShapeException.class)
        .hasMessage("r2: needs samples [n, ...], got a single number");
  }

  @Test
  void aLossIsNotRecorded() {
    Tensor w = Tensor.ones(2).requiresGrad(true);
    var seen = new boolean[1];
    new MeanLoss(
            (x, y) -> {
              Tensor loss = F.mseLoss(x.mul(w), y);
              seen[0] = loss.requiresGrad();
              return loss;
            })
        .update(Tensor.ones(2), Tensor.zeros(2));
    assertThat(seen[0]).isFalse();
  }
}
