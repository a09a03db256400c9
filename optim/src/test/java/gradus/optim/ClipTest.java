package gradus.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import gradus.Autograd;
import gradus.DType;
import gradus.Parameter;
import gradus.Shape;
import gradus.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClipTest {
  private final Parameter a = new Parameter(Tensor.zeros(Shape.of(2), DType.FLOAT64));
  private final Parameter b = new Parameter(Tensor.zeros(Shape.of(1, 1), DType.FLOAT64));
  private final Parameter without = new Parameter(Tensor.zeros(3));
  private final List<Parameter> all = List.of(a, without, b);

  private void gradients(double x, double y, double z) {
    a.setGrad(Tensor.of(new double[] {x, y}, DType.FLOAT64));
    b.setGrad(Tensor.of(new double[][] {{z}}, DType.FLOAT64));
  }

  @Test
  void scalesAllAlike() {
    gradients(2, 3, 6);

    assertThat(Clip.gradNorm(all, 3.5)).isEqualTo(7);
    assertThat(a.grad().toDoubles()).containsExactly(new double[] {1, 1.5}, within(1e-6));
    assertThat(b.grad().toDoubles()).containsExactly(new double[] {3}, within(1e-6));
    assertThat(Clip.gradNorm(all, 3.5)).isCloseTo(3.5, within(1e-6));
    assertThat(without.grad()).isNull();
  }

  @Test
  void leavesSmallGradientsAsTheyAre() {
    gradients(2, 3, 6);

    assertThat(Clip.gradNorm(all, 8)).isEqualTo(7);
    assertThat(a.grad().toDoubles()).containsExactly(2, 3);
  }

  @Test
  void knowsOtherNorms() {
    gradients(2, -3, 6);
    assertThat(Clip.gradNorm(all, 100, 1)).isEqualTo(11);
    assertThat(Clip.gradNorm(all, 100, 3)).isCloseTo(Math.cbrt(8 + 27 + 216), within(1e-12));
    assertThat(Clip.gradNorm(all, 3, Double.POSITIVE_INFINITY)).isEqualTo(6);
    assertThat(a.grad().toDoubles()).containsExactly(new double[] {1, -1.5}, within(1e-6));
    assertThatThrownBy(() -> Clip.gradNorm(all, 1, 0))
        .hasMessage("Clip.gradNorm: the order of the norm must be positive, got 0.0");
    assertThatThrownBy(() -> Clip.gradNorm(all, -1))
        .hasMessage("Clip.gradNorm: maxNorm must not be negative, got -1.0");
    assertThatThrownBy(() -> Clip.gradValue(all, Double.NaN))
        .hasMessage("Clip.gradValue: bound must not be negative, got NaN");
  }

  @Test
  void theLargestElementOfAllCountsWhereverItIs() {
    gradients(9, -2, 1);
    assertThat(Clip.gradNorm(all, 100, Double.POSITIVE_INFINITY)).isEqualTo(9);
    gradients(1, 2, -9);
    assertThat(Clip.gradNorm(all, 100, Double.POSITIVE_INFINITY)).isEqualTo(9);
  }

  @Test
  void aSmallExcessIsScaledToo() {
    for (double order : new double[] {1, 2, 3, Double.POSITIVE_INFINITY}) {
      gradients(0, 1 + 1e-5, 0);
      Clip.gradNorm(all, 1, order);
      assertThat(a.grad().get(1)).as("order %s", order).isBetween(1 - 2e-6, 1.0);
    }
  }

  /** PyTorch's: it keeps the quotient finite, and is part of what a training computes. */
  @Test
  void aMillionthIsAddedToTheNorm() {
    gradients(2, 3, 6);
    Clip.gradNorm(all, 3.5);
    double scale = 3.5 / (7 + 1e-6);
    assertThat(a.grad().toDoubles())
        .containsExactly(new double[] {2 * scale, 3 * scale}, within(1e-15));
    assertThat(b.grad().toDoubles()).containsExactly(new double[] {6 * scale}, within(1e-15));
    gradients(0, 0, 0);
    assertThat(Clip.gradNorm(all, 0)).isZero();
    assertThat(a.grad().toDoubles()).containsExactly(0, 0);
    gradients(0.25, 0, 0); // just below the bound by less than the millionth
    Clip.gradNorm(all, 0.25 + 5e-7);
    assertThat(a.grad().get(0)).isEqualTo(0.25 * ((0.25 + 5e-7) / (0.25 + 1e-6)));
  }

  @Test
  void tellsOfGradientsThatAreNotFinite() {
    gradients(Double.NaN, 1, 1);

    assertThat(Clip.gradNorm(all, 1)).isNaN();
    assertThat(Clip.gradNorm(List.of(without), 1)).isZero();
  }

  @Test
  void cutsElements() {
    gradients(2, -3, 0.5);
    Clip.gradValue(all, 1);

    assertThat(a.grad().toDoubles()).containsExactly(1, -1);
    assertThat(b.grad().toDoubles()).containsExactly(0.5);
  }

  @Test
  void worksOnGradientsThatAreRecorded() {
    a.square().sum().backward(Autograd.CREATE_GRAPH);
    Clip.gradValue(List.of(a), 1);
    Clip.gradNorm(List.of(a), 1);

    assertThat(a.grad().toDoubles()).containsExactly(0, 0);
  }
}
