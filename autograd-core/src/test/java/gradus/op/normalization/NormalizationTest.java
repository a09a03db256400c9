package gradus.op.normalization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import gradus.DType;
import gradus.DTypeException;
import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import gradus.op.reduction.Axes;
import org.junit.jupiter.api.Test;

/** Edges of normalisation that its cases do not show. */
class NormalizationTest {
  private static final Normalization ROWS = new Normalization(new Axes(2, true), 1e-5, true);

  @Test
  void equalSettingsMakeEqualOperators() {
    Axes axes = Axes.of("test", Shape.of(2, 3), true, 1);
    assertThat(new Normalization(axes, 1e-5, true)).isEqualTo(ROWS);
    assertThat(new NormalizationGradient(new Normalization(axes, 1e-5, true)))
        .isEqualTo(new NormalizationGradient(ROWS));
    assertThat(new NormalizationWeightGradient(ROWS, Shape.of(3), true))
        .isEqualTo(new NormalizationWeightGradient(ROWS, Shape.of(3), true))
        .isNotEqualTo(new NormalizationWeightGradient(ROWS, Shape.of(3), false));
  }

  @Test
  void theStatisticsOfNothingAreNaN() {
    for (boolean centered : new boolean[] {true, false}) {
      var op = new Normalization(new Axes(2, true), 1e-5, centered);
      Tensor nothing = Tensor.zeros(2, 0);
      Tensor[] kernel = op.evaluateAll(true, nothing);
      Tensor[] composed = op.composedAll(nothing);
      assertThat(kernel).hasSize(composed.length + 1);
      assertThat(kernel[0].shape()).isEqualTo(Shape.of(2, 0));
      for (int k = 1; k < kernel.length; k++) {
        assertThat(kernel[k].toDoubles()).containsExactly(Double.NaN, Double.NaN);
      }
      for (int k = 1; k < composed.length; k++) {
        assertThat(composed[k].toDoubles()).containsExactly(Double.NaN, Double.NaN);
      }
    }
  }

  @Test
  void theResidualChangesNoBit() {
    Tensor x = Tensor.randn(7, 300);
    Tensor[] with = ROWS.evaluateAll(true, x);
    Tensor[] without = ROWS.evaluateAll(false, x);
    assertThat(with).hasSize(4);
    assertThat(without).hasSize(3);
    for (int k = 0; k < without.length; k++) {
      assertThat(without[k].toFloats()).containsExactly(with[k].toFloats());
    }
  }

  @Test
  void itTellsWhatItNeeds() {
    Tensor x = Tensor.zeros(2, 3);
    assertThatThrownBy(() -> ROWS.applyAll(x, Tensor.zeros(2)))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("must broadcast to the input [2, 3], got [2]");
    assertThatThrownBy(() -> ROWS.applyAll(x.to(DType.INT64)))
        .isInstanceOf(DTypeException.class)
        .hasMessageContaining("normalization: needs a floating tensor, got int64");
    assertThatThrownBy(
            () ->
                new NormalizationGradient(ROWS)
                    .applyAll(x, x, Tensor.zeros(2, 1), Tensor.zeros(3, 1)))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("needs a gradient like x [2, 3] and statistics [2, 1], got [[2, 3]");
    assertThatThrownBy(
            () ->
                new NormalizationWeightGradient(ROWS, Shape.of(3), false)
                    .applyAll(Tensor.zeros(3), x, Tensor.zeros(2, 1), Tensor.zeros(2, 1)))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("needs a gradient like x [2, 3]");
  }
}
