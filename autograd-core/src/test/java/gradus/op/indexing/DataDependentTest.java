package gradus.op.indexing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import gradus.Autograd;
import gradus.DType;
import gradus.DTypeException;
import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import gradus.op.Spec;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Operators whose shapes the data decides: what they declare, give and refuse. */
class DataDependentTest {
  @Test
  void theyDeclareWhatTheyDoNotKnow() {
    Tensor x = Tensor.zeros(2, 3);
    assertThat(new Unique(true, true).results(x))
        .containsExactly(
            Spec.unknown(DType.FLOAT32),
            Spec.of(Shape.of(2, 3), DType.INT64),
            Spec.unknown(DType.INT64));
    assertThat(new Nonzero().results(x)).containsExactly(Spec.unknown(DType.INT64));
    assertThat(new MaskedSelect().results(x, x.gt(0))).containsExactly(Spec.unknown(DType.FLOAT32));
  }

  @Test
  void theFirstOfEqualElementsGetsTheGradient() {
    Tensor x = Tensor.of(3, 1, 3, 2, 1).requiresGrad(true);
    var distinct = x.unique(true, true, true);
    assertThat(distinct.values().toFloats()).containsExactly(1, 2, 3);
    assertThat(Objects.requireNonNull(distinct.inverse()).toLongs()).containsExactly(2, 0, 2, 1, 0);
    assertThat(Objects.requireNonNull(distinct.counts()).toLongs()).containsExactly(2, 1, 2);
    Tensor g = Autograd.grad(distinct.values().mul(Tensor.of(10, 20, 30)).sum(), x);
    assertThat(g.toFloats()).containsExactly(30, 10, 0, 20, 0);
  }

  @Test
  void whatWasNotAskedForIsNotThere() {
    Tensor x = Tensor.of(3, 1, 3);
    assertThat(x.unique(true, true, false).counts()).isNull();
    var counted = x.unique(false, false, true);
    assertThat(counted.inverse()).isNull();
    assertThat(Objects.requireNonNull(counted.counts()).toLongs()).containsExactly(1, 2);
  }

  @Test
  void everyNanIsAValueAndZerosAreOne() {
    Tensor x = Tensor.of(Double.NaN, 0.0, -0.0, Double.NaN);
    var distinct = x.unique(true, true, true);
    assertThat(distinct.values().toDoubles()).containsExactly(0.0, Double.NaN, Double.NaN);
    assertThat(Objects.requireNonNull(distinct.inverse()).toLongs()).containsExactly(1, 0, 0, 2);
    assertThat(x.nonzero().toLongs()).containsExactly(0, 3);
  }

  @Test
  void integersAreExact() {
    long large = (1L << 53) + 1; // a double has no place for it
    Tensor x = Tensor.of(new long[] {large, large - 1, large});
    assertThat(x.unique().toLongs()).containsExactly(large - 1, large);
    assertThat(x.maskedSelect(x.eq(x)).toLongs()).containsExactly(large, large - 1, large);
  }

  @Test
  void masksThatDoNotFitAreRefused() {
    Tensor x = Tensor.zeros(2, 3);
    assertThatThrownBy(() -> x.maskedSelect(x))
        .isInstanceOf(DTypeException.class)
        .hasMessage(
            "maskedSelect: the mask must be bool, got float32; compare first, as in x.gt(0)");
    assertThatThrownBy(() -> x.maskedSelect(Tensor.zeros(2).gt(0)))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("maskedSelect: cannot broadcast [2, 3] with [2]");
  }
}
