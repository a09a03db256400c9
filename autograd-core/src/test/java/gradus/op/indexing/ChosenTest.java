package gradus.op.indexing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import gradus.Autograd;
import gradus.AutogradException;
import gradus.DType;
import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import gradus.tape.Node;
import gradus.tape.TensorAccess;
import org.junit.jupiter.api.Test;

/** Elements chosen by order: ties, NaN, types, refusals, and what the graph keeps. */
class ChosenTest {
  private static final double NAN = Double.NaN;

  @Test
  void nanIsAboveEverythingAndZerosAreEqual() {
    Tensor x = Tensor.of(0.0, NAN, -0.0, 2, NAN, -1);
    assertThat(x.argsort(0).toLongs()).containsExactly(5, 0, 2, 3, 1, 4);
    assertThat(x.argsort(0, true).toLongs()).containsExactly(1, 4, 3, 0, 2, 5);
    assertThat(x.topk(3).indices().toLongs()).containsExactly(1, 4, 3);
    assertThat(x.topk(2, 0, false, true).indices().toLongs()).containsExactly(5, 0);
    assertThat(x.kthvalue(3, 0).indices().itemLong()).isEqualTo(2);
    assertThat(1 / x.kthvalue(3, 0).values().item()).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(x.max(0).indices().itemLong()).isEqualTo(1);
    assertThat(x.max(0).values().item()).isNaN();
    assertThat(x.narrow(0, 2, 2).min(0).indices().itemLong()).isZero();
  }

  @Test
  void integersAndTruthValuesAreInOrder() {
    long large = (1L << 53) + 1; // a double has no place for it
    Tensor x = Tensor.of(new long[] {large, large - 1, -large, large});
    assertThat(x.sort(0).values().toLongs()).containsExactly(-large, large - 1, large, large);
    assertThat(x.topk(1).indices().itemLong()).isZero();
    Tensor bytes = Tensor.of(new long[] {200, 3, 255}, DType.UINT8);
    assertThat(bytes.sort(0, true).values().dtype()).isEqualTo(DType.UINT8);
    assertThat(bytes.sort(0, true).values().toLongs()).containsExactly(255, 200, 3);
    Tensor truth = Tensor.of(new long[] {1, 0, 1}, DType.BOOL);
    assertThat(truth.argsort(0).toLongs()).containsExactly(1, 0, 2);
  }

  @Test
  void theGradientGoesToTheFirstOfEqualOnes() {
    Tensor x = Tensor.of(1, 3, 3, 2).requiresGrad(true);
    assertThat(Autograd.grad(x.max(0).values(), x).toFloats()).containsExactly(0, 1, 0, 0);
    assertThat(Autograd.grad(x.topk(1).values().sum(), x).toFloats()).containsExactly(0, 1, 0, 0);
    assertThat(Autograd.grad(x.kthvalue(3, 0).values(), x).toFloats()).containsExactly(0, 1, 0, 0);
  }

  @Test
  void valuesAndPlacesAreOneApplication() {
    Tensor x = Tensor.of(new double[][] {{1, 3}, {2, 1}}, DType.FLOAT64).requiresGrad(true);
    var top = x.topk(1, 1);
    assertThat(top.indices().requiresGrad()).isFalse();
    Node made = TensorAccess.node(top.values());
    assertThat(made.maker()).isEqualTo(new TopK(1, 1, true, true));
    assertThat(((Node.Result) made).operation().input(0)).isSameAs(TensorAccess.node(x));
    var max = x.max(1);
    assertThat(TensorAccess.node(max.values()).maker()).isEqualTo(new Extreme(true, 1, false));
    assertThat(max.values().toDoubles()).containsExactly(3, 2);
    assertThat(max.indices().toLongs()).containsExactly(1, 0);
  }

  @Test
  void placesThatWereChangedAreRefused() {
    Tensor x = Tensor.of(1, 3, 2).requiresGrad(true);
    var sorted = x.sort(0);
    sorted.indices().fillInPlace(0);
    assertThatThrownBy(() -> sorted.values().sum().backward())
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("result 1 of sort [3] was saved and then changed in place");
  }

  @Test
  void whatIsNotThereIsRefused() {
    Tensor x = Tensor.zeros(2, 3);
    assertThatThrownBy(() -> x.topk(4))
        .isInstanceOf(ShapeException.class)
        .hasMessage("topk: k must be 0 to 3, the size of dimension 1 of [2, 3], got 4");
    assertThatThrownBy(() -> x.topk(-1)).isInstanceOf(ShapeException.class);
    assertThatThrownBy(() -> x.kthvalue(0, 0))
        .isInstanceOf(ShapeException.class)
        .hasMessage("kthvalue: k must be 1 to 2, the size of dimension 0 of [2, 3], got 0");
    assertThatThrownBy(() -> x.kthvalue(3, 0)).isInstanceOf(ShapeException.class);
    assertThatThrownBy(() -> Tensor.zeros(2, 0).max(1))
        .isInstanceOf(ShapeException.class)
        .hasMessage("max: nothing to choose from in dimension 1 of [2, 0]");
    assertThat(Tensor.zeros(0, 2).max(1).values().shape()).isEqualTo(Shape.of(0));
    assertThatThrownBy(() -> x.sort(2))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("sort: dimension 2 does not exist in [2, 3]");
  }
}
