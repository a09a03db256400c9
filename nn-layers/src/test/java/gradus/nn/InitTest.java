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
import org.junit.jupiter.api.Test;

class InitTest {
  private static Tensor zeros(int... dims) {
    return Tensor.zeros(Shape.of(dims), DType.FLOAT64);
  }

  private static void bounds(Tensor t, double bound) {
    double largest = t.abs().max().item();
    assertThat(largest).isBetween(0.99 * bound, bound);
  }

  @Test
  void writesIntoParametersWithoutRecording() {
    var p = new Parameter(Tensor.zeros(3, 2));

    assertThat(Init.ones(p)).isSameAs(p);
    assertThat(p.toFloats()).containsOnly(1);
    assertThat(p.isLeaf()).isTrue();
    assertThat(p.requiresGrad()).isTrue();
    assertThat(Init.constant(p, 3).toFloats()).containsOnly(3);
    assertThat(Init.zeros(p).toFloats()).containsOnly(0);
  }

  @Test
  void uniformAndNormalHaveTheirMoments() {
    Tensor u = Init.uniform(zeros(100, 100), 2, 4, new Generator(1));
    assertThat(u.min().item()).isBetween(2.0, 2.01);
    assertThat(u.max().item()).isBetween(3.99, 4.0);

    Tensor n = Init.normal(zeros(100, 100), 5, 2, new Generator(1));
    assertThat(n.mean().item()).isCloseTo(5, within(0.1));
    assertThat(n.std().item()).isCloseTo(2, within(0.1));
  }

  @Test
  void gainsAreThoseOfPyTorch() {
    assertThat(Gain.values()).extracting(Gain::value).hasSize(5);
    assertThat(Gain.LINEAR.value()).isEqualTo(1);
    assertThat(Gain.SIGMOID.value()).isEqualTo(1);
    assertThat(Gain.TANH.value()).isEqualTo(5.0 / 3);
    assertThat(Gain.RELU.value()).isEqualTo(Math.sqrt(2));
    assertThat(Gain.SELU.value()).isEqualTo(0.75);
    assertThat(Gain.leakyRelu(0)).isEqualTo(Math.sqrt(2));
    assertThat(Gain.leakyRelu(1)).isEqualTo(1);
    assertThat(Gain.leakyRelu(0.01)).isCloseTo(Math.sqrt(2 / 1.0001), within(1e-15));
  }

  @Test
  void scalesByFan() {
    // [out, in, 3, 3]: 9 in = 450 inputs, 9 out = 900 outputs for each element.
    Tensor w = zeros(100, 50, 3, 3);

    bounds(Init.xavierUniform(w, 1, new Generator(1)), Math.sqrt(6.0 / (450 + 900)));
    bounds(
        Init.kaimingUniform(w, Init.Fan.IN, Gain.RELU.value(), new Generator(1)),
        Math.sqrt(6.0 / 450));
    bounds(
        Init.kaimingUniform(w, Init.Fan.OUT, Gain.leakyRelu(Math.sqrt(5)), new Generator(1)),
        1 / Math.sqrt(900));
    assertThat(Init.xavierNormal(w, 2, new Generator(1)).std().item())
        .isCloseTo(2 * Math.sqrt(2.0 / 1350), within(1e-3));
    assertThat(Init.kaimingNormal(w, Init.Fan.IN, 1, new Generator(1)).std().item())
        .isCloseTo(1 / Math.sqrt(450), within(1e-3));
    assertThatThrownBy(() -> Init.kaimingNormal(zeros(5)))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("kaimingNormal: needs a weight [out, in, ...]");
  }

  @Test
  void truncNormalStaysWithinAndHasTheRightSpread() {
    Tensor t = Init.truncNormal(zeros(200, 200), 0, 1, -2, 2, new Generator(1));

    assertThat(t.min().item()).isBetween(-2.0, -1.9);
    assertThat(t.max().item()).isBetween(1.9, 2.0);
    // The standard deviation of a standard normal cut at +-2.
    assertThat(t.std().item()).isCloseTo(0.8796256610342398, within(0.01));
    Tensor tail = Init.truncNormal(zeros(1000), 0, 1, 3, 4, new Generator(1));
    assertThat(tail.min().item()).isGreaterThanOrEqualTo(3);
    assertThat(tail.max().item()).isLessThanOrEqualTo(4);
  }

  @Test
  void orthogonalHasOrthonormalRowsOrColumns() {
    for (int[] dims : new int[][] {{5, 8}, {8, 5}, {4, 4}, {3, 2, 2}}) {
      Tensor q = Init.orthogonal(zeros(dims), 2, new Generator(1)).reshape(dims[0], -1);
      Tensor product = q.size(0) <= q.size(1) ? q.matmul(q.transpose()) : q.transpose().matmul(q);
      Tensor wanted = Tensor.eye(product.size(0), DType.FLOAT64).mul(4);
      assertThat(product.sub(wanted).abs().max().item()).isLessThan(1e-13);
    }
  }

  @Test
  void repeatsWithTheSeed() {
    double[] first = Init.kaimingNormal(zeros(4, 4), Init.Fan.IN, 1, new Generator(9)).toDoubles();

    assertThat(Init.kaimingNormal(zeros(4, 4), Init.Fan.IN, 1, new Generator(9)).toDoubles())
        .containsExactly(first);
    assertThat(Init.kaimingNormal(zeros(4, 4), Init.Fan.IN, 1, new Generator(8)).toDoubles())
        .isNotEqualTo(first);
  }
}
