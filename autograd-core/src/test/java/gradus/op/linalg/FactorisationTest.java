package gradus.op.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import gradus.Autograd;
import gradus.DType;
import gradus.DTypeException;
import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import gradus.kernel.threads.Workers;
import org.junit.jupiter.api.Test;

/** Conventions, degenerate matrices and refusals of the factorisations. */
class FactorisationTest {
  private static Tensor matrix(double[]... rows) {
    return Tensor.of(rows, DType.FLOAT64);
  }

  private static void close(Tensor actual, double... expected) {
    assertThat(actual.toDoubles()).containsExactly(expected, within(1e-12));
  }

  // --- qr ---

  @Test
  void qrHasTheSignsOfLapack() {
    Tensor x =
        matrix(new double[] {12, -51, 4}, new double[] {6, 167, -68}, new double[] {-4, 24, -41});
    var qr = x.qr();
    close(qr.r(), -14, -21, 14, 0, -175, 70, 0, 0, -35);
    close(qr.q().matmul(qr.r()), x.toDoubles());
    // What is zero below its diagonal is left as it is.
    close(Tensor.eye(2, DType.FLOAT64).qr().r(), 1, 0, 0, 1);
    close(matrix(new double[] {-2}).qr().q(), 1);
  }

  @Test
  void qrOfDependentColumnsHasAValueAndNoDerivative() {
    Tensor x = matrix(new double[] {1, 2}, new double[] {0, 0}, new double[] {0, 0});
    x.requiresGrad(true);
    var qr = x.qr();
    close(qr.q().detach().matmul(qr.r().detach()), x.toDoubles());
    assertThatThrownBy(() -> qr.r().sum().backward())
        .isInstanceOf(ArithmeticException.class)
        .hasMessage(
            "qr: no derivative: solve: matrix 0 of [2, 2] is singular: column 1 depends on those"
                + " before it");
    // The last columns of a wide matrix may depend on the others.
    Tensor wide = matrix(new double[] {1, 2}).requiresGrad(true);
    Tensor g = Autograd.grad(wide.qr().r().sum(), wide);
    close(g, 1, 1);
  }

  @Test
  void largeAndSmallNumbersNeitherOverflowNorVanish() {
    for (double scale : new double[] {1e-200, 1e200}) {
      Tensor x = matrix(new double[] {3, 1}, new double[] {4, 2}).mul(scale);
      close(x.qr().r().div(scale), -5, -2.2, 0, 0.4);
    }
  }

  // --- determinants ---

  @Test
  void aSingularMatrixHasNoLogarithmAndNoDerivative() {
    Tensor x = matrix(new double[] {1, 2}, new double[] {2, 4}).requiresGrad(true);
    var det = x.slogdet();
    assertThat(1 / det.sign().item()).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(det.logabsdet().item()).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThatThrownBy(() -> det.logabsdet().backward())
        .isInstanceOf(ArithmeticException.class)
        .hasMessageStartingWith("slogdet: no derivative: inverse: matrix 0 of [2, 2] is singular");
    assertThat(Autograd.grad(x.slogdet().sign(), x, Autograd.ALLOW_UNUSED).toDoubles())
        .containsOnly(0);
  }

  @Test
  void determinantsBeyondTheRangeHaveALogarithm() {
    Tensor x = Tensor.eye(200, DType.FLOAT64).mul(-1e-5);
    assertThat(x.slogdet().sign().item()).isEqualTo(1);
    assertThat(x.slogdet().logabsdet().item()).isEqualTo(200 * Math.log(1e-5), within(1e-9));
    Tensor none = Tensor.zeros(3, 0, 0);
    assertThat(none.slogdet().sign().toFloats()).containsExactly(1, 1, 1);
    assertThat(none.slogdet().logabsdet().toFloats()).containsExactly(0, 0, 0);
  }

  @Test
  void exchangedRowsTurnTheSign() {
    Tensor x = matrix(new double[] {0, 1}, new double[] {1, 0});
    assertThat(x.slogdet().sign().item()).isEqualTo(-1);
    close(x.inverse(), 0, 1, 1, 0);
  }

  // --- inverse and solve ---

  @Test
  void theFirstSingularMatrixIsNamed() {
    Tensor x =
        Tensor.stack(java.util.List.of(Tensor.eye(2), Tensor.ones(2, 2), Tensor.zeros(2, 2)), 0);
    assertThatThrownBy(x::inverse)
        .isInstanceOf(ArithmeticException.class)
        .hasMessage(
            "inverse: matrix 1 of [3, 2, 2] is singular: column 1 depends on those before it");
    assertThatThrownBy(() -> x.solve(Tensor.ones(2, 1)))
        .isInstanceOf(ArithmeticException.class)
        .hasMessageStartingWith("solve: matrix 1 of [3, 2, 2] is singular");
  }

  @Test
  void nanStaysNan() {
    Tensor x = matrix(new double[] {1, Double.NaN}, new double[] {2, 3});
    assertThat(x.inverse().toDoubles()).contains(Double.NaN);
    assertThat(x.slogdet().logabsdet().item()).isNaN();
    assertThat(x.qr().r().toDoubles()).contains(Double.NaN);
  }

  @Test
  void aVectorLosesItsDimensionAgain() {
    Tensor a = Tensor.eye(3).mul(2).expand(2, 3, 3);
    assertThat(a.solve(Tensor.ones(3)).shape()).isEqualTo(Shape.of(2, 3));
    assertThat(a.solve(Tensor.ones(2, 3)).shape()).isEqualTo(Shape.of(2, 3));
    assertThat(a.solve(Tensor.ones(3, 5)).shape()).isEqualTo(Shape.of(2, 3, 5));
  }

  @Test
  void whatDoesNotFitIsRefused() {
    assertThatThrownBy(() -> Tensor.ones(2, 3).inverse())
        .isInstanceOf(ShapeException.class)
        .hasMessage("inverse: needs square matrices, got [2, 3], of 2 rows and 3 columns");
    assertThatThrownBy(() -> Tensor.ones(3).qr())
        .isInstanceOf(ShapeException.class)
        .hasMessage("qr: needs a matrix or a batch of matrices, got [3]");
    assertThatThrownBy(() -> Tensor.ones(2, 2).to(DType.INT64).slogdet())
        .isInstanceOf(DTypeException.class)
        .hasMessageContaining("slogdet");
    assertThatThrownBy(() -> Tensor.eye(2).solve(Tensor.ones(3, 1)))
        .isInstanceOf(ShapeException.class)
        .hasMessage("solve: the right side [3, 1] must have as many rows as the matrix [2, 2]");
    assertThatThrownBy(() -> Tensor.eye(2).solve(Tensor.scalar(1)))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("solve");
    assertThatThrownBy(() -> Tensor.eye(2).expand(2, 2, 2).solve(Tensor.ones(3, 2, 1)))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("solve (leading dimensions): cannot broadcast [2] with [3]");
    assertThatThrownBy(() -> Tensor.ones(2).triu())
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("triu");
  }

  // --- threads ---

  @Test
  void bitsDoNotDependOnThreads() {
    Tensor x = gradus.op.OpCase.random("matrices", -2, 2, 40, 30, 30);
    int before = Workers.threads();
    try {
      Workers.setThreads(1);
      double[] q = x.qr().q().toDoubles();
      double[] y = x.inverse().toDoubles();
      Workers.setThreads(3);
      assertThat(x.qr().q().toDoubles()).isEqualTo(q);
      assertThat(x.inverse().toDoubles()).isEqualTo(y);
    } finally {
      Workers.setThreads(before);
    }
  }
}
