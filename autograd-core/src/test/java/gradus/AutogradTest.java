package gradus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import gradus.op.Formula;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** The functional derivatives, on functions whose derivatives are known. */
class AutogradTest {
  private static final Offset<Double> EXACT = Offset.offset(1e-14);

  private static Tensor vector(double... values) {
    return Tensor.of(values, DType.FLOAT64);
  }

  /** (x0, x1) -> (x0 x1, sin x0, x1^2). */
  private static Tensor f(Tensor x) {
    Tensor a = x.select(0, 0);
    Tensor b = x.select(0, 1);
    return Tensor.stack(List.of(a.mul(b), a.sin(), b.square()), 0);
  }

  @Test
  void jacobianVjpAndJvp() {
    Tensor x = vector(0.5, 3);
    double c = Math.cos(0.5);
    assertThat(Autograd.jacobian(AutogradTest::f, x).shape()).isEqualTo(Shape.of(3, 2));
    assertThat(Autograd.jacobian(AutogradTest::f, x).toDoubles())
        .containsExactly(3, 0.5, c, 0, 0, 6);
    assertThat(Autograd.vjp(AutogradTest::f, x, vector(1, 10, 100)).toDoubles())
        .containsExactly(3 + 10 * c, 600.5);
    assertThat(Autograd.jvp(AutogradTest::f, x, vector(1, 10)).toDoubles())
        .containsExactly(8, c, 60);
    assertThat(x.requiresGrad()).isFalse();
  }

  @Test
  void jacobianOfMatricesHasBothShapes() {
    Tensor x = Tensor.of(new double[][] {{1, 2, 3}, {4, 5, 6}}, DType.FLOAT64);
    Tensor j = Autograd.jacobian(t -> t.transpose(), x);
    assertThat(j.shape()).isEqualTo(Shape.of(3, 2, 2, 3));
    assertThat(j.get(2, 1, 1, 2)).isEqualTo(1);
    assertThat(j.sum().item()).isEqualTo(6);
    assertThat(Autograd.jacobian(t -> t, vector()).shape()).isEqualTo(Shape.of(0, 0));
  }

  @Test
  void hessianAndItsProduct() {
    // x0^2 x1 + x1^3
    UnaryOperator<Tensor> g =
        x -> x.select(0, 0).square().mul(x.select(0, 1)).add(x.select(0, 1).pow(3));
    Tensor x = vector(2, 3);
    assertThat(Autograd.hessian(g, x).toDoubles()).containsExactly(6, 4, 4, 18);
    assertThat(Autograd.hvp(g, x, vector(1, -1)).toDoubles()).containsExactly(2, -14);
  }

  @Test
  void functionsThatDoNotDependOnTheirInputHaveZeroDerivatives() {
    Tensor x = vector(1, 2);
    UnaryOperator<Tensor> constant = t -> vector(5, 6, 7);
    assertThat(Autograd.vjp(constant, x, vector(1, 1, 1)).toDoubles()).containsExactly(0, 0);
    assertThat(Autograd.jvp(constant, x, x).toDoubles()).containsExactly(0, 0, 0);
    assertThat(Autograd.jacobian(constant, x).toDoubles()).containsExactly(0, 0, 0, 0, 0, 0);
    assertThat(Autograd.hessian(t -> t.sum(), x).toDoubles()).containsExactly(0, 0, 0, 0);
    assertThat(Autograd.hvp(t -> t.sum(), x, x).toDoubles()).containsExactly(0, 0);
  }

  /**
   * Whichever way zero was chosen, the infinite slope of the root at zero does not come through.
   */
  @Test
  void noGradientReachesWhatWasNotChosen() {
    Tensor zero = vector(0);
    var choices =
        List.<UnaryOperator<Tensor>>of(
            Tensor::relu,
            x -> x.clamp(0, 9),
            x -> x.maximum(zero),
            x -> zero.maximum(x),
            x -> x.neg().minimum(zero).neg(),
            x -> zero.minimum(x.neg()).neg(),
            x -> Tensor.where(x.gt(0), x, zero));
    Tensor x = vector(-1, 4);
    for (int i = 0; i < choices.size(); i++) {
      UnaryOperator<Tensor> f = choices.get(i);
      assertThat(Autograd.vjp(t -> f.apply(t).sqrt(), x, vector(1, 1)).toDoubles())
          .as("choice %d", i)
          .containsExactly(new double[] {0, 0.25}, EXACT);
    }
  }

  @Test
  void theyWorkWhereNothingIsRecorded() {
    Tensor x = vector(0.5, 3);
    double[] outside = Autograd.jacobian(AutogradTest::f, x).toDoubles();
    double[] inside = Autograd.noGrad(() -> Autograd.jacobian(AutogradTest::f, x).toDoubles());
    assertThat(inside).containsExactly(outside);
  }

  /** An operator of a user: one line. */
  private static final Formula SWISH = Formula.of("swish", x -> x.mul(x.sigmoid()));

  /** One with two operands and a setting. */
  private static final Formula HUBER =
      Formula.of(
          "huber",
          2,
          1,
          (x, s) -> {
            var d = x[0].sub(x[1]).abs();
            return d.le(s[0]).select(d.mul(d).mul(0.5), d.sub(s[0].mul(0.5)).mul(s[0]));
          });

  @Test
  void aFormulaOfAUserIsAnOperator() {
    Tensor x = vector(-2, 0, 1.5);
    assertThat(SWISH.apply(x).toDoubles()).containsExactly(x.silu().toDoubles(), EXACT);
    assertThat(gradus.check.GradCheck.DEFAULT.withOrder(3).run(t -> SWISH.apply(t), x).ok())
        .isTrue();
    Tensor a = vector(0.1, 3, -4);
    Tensor b = vector(0, 0, 0);
    assertThat(HUBER.with(1).apply(a, b).toDoubles())
        .containsExactly(new double[] {0.005, 2.5, 3.5}, EXACT);
    assertThat(HUBER.with(2).apply(a, b).toDoubles())
        .containsExactly(new double[] {0.005, 4, 6}, EXACT);
    assertThat(gradus.check.GradCheck.secondOrder((p, q) -> HUBER.with(1).apply(p, q), a, b).ok())
        .isTrue();
    assertThat(SWISH.toString()).startsWith("swish: ");
  }

  @Test
  void severalResultsAreDifferentiatedInOnePass() {
    Tensor x = Tensor.of(new double[] {2, 3}, DType.FLOAT64).requiresGrad(true);
    Tensor shared = x.square();
    Tensor a = shared.sum();
    Tensor b = shared.mul(x);
    Tensor v = Tensor.of(new double[] {1, 10}, DType.FLOAT64);
    // d/dx (sum x^2 + v . x^3) = 2 x + 3 v x^2
    assertThat(
            Autograd.grad(List.of(a, b), Arrays.asList(null, v), List.of(x), Autograd.RETAIN_GRAPH)
                .getFirst()
                .toDoubles())
        .containsExactly(16, 276);
    Autograd.backward(List.of(a, b), Arrays.asList(null, v));
    assertThat(x.grad().toDoubles()).containsExactly(16, 276);
    Tensor y = x.mul(3).sum();
    Autograd.backward(List.of(y, y), List.of());
    assertThat(x.grad().toDoubles()).containsExactly(22, 282);
    assertThatThrownBy(() -> Autograd.backward(List.of(y), List.of(v, v)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2 for 1");
  }
}
