package gradus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A single number has dimension 0, or -1, to reduce or sort along: the values of PyTorch. */
class SingleNumberTest {
  @ParameterizedTest
  @ValueSource(ints = {0, -1})
  void isItsOwnSumAndLargestElement(int dim) {
    List<UnaryOperator<Tensor>> same =
        List.of(
            x -> x.sum(dim),
            x -> x.mean(dim),
            x -> x.amax(dim),
            x -> x.amin(dim),
            x -> x.logsumexp(dim),
            x -> x.max(dim).values(),
            x -> x.min(dim, true).values(),
            x -> x.sort(dim).values(),
            x -> x.topk(1, dim).values(),
            x -> x.kthvalue(1, dim).values(),
            x -> x.squeeze(dim),
            x -> x.transpose(dim, dim),
            x -> x.gather(dim, Tensor.scalar(0, DType.INT64)));
    for (var f : same) {
      Tensor x = Tensor.scalar(3, DType.FLOAT64).requiresGrad(true);
      Tensor y = f.apply(x);
      assertThat(y.shape()).isEqualTo(Shape.of());
      assertThat(y.item()).isEqualTo(3);
      y.backward();
      assertThat(x.grad().item()).isEqualTo(1);
    }
    Tensor x = Tensor.scalar(3);
    for (Tensor index :
        List.of(x.argmax(dim), x.argmin(dim), x.max(dim).indices(), x.argsort(dim))) {
      assertThat(index.shape()).isEqualTo(Shape.of());
      assertThat(index.itemLong()).isZero();
    }
    assertThat(x.softmax(dim).item()).isEqualTo(1);
    assertThat(x.logSoftmax(dim).item()).isZero();
    assertThat(x.var(dim).item()).isNaN();
    assertThat(x.topk(0, dim).values().shape()).isEqualTo(Shape.of(0));
  }

  @Test
  void hasNoOtherDimension() {
    assertThatThrownBy(() -> Tensor.scalar(3).sum(1)).isInstanceOf(ShapeException.class);
    assertThatThrownBy(() -> Tensor.scalar(3).sort(-2)).isInstanceOf(ShapeException.class);
    assertThatThrownBy(() -> Tensor.scalar(3).size(0)).isInstanceOf(ShapeException.class);
    assertThatThrownBy(() -> Tensor.scalar(3).sum(0, 0)).isInstanceOf(ShapeException.class);
  }
}
