package gradus.op.movement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import gradus.Autograd;
import gradus.DType;
import gradus.DTypeException;
import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import gradus.tape.Node;
import gradus.tape.TensorAccess;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Views of the pieces of a tensor: what they share, how many nodes they make, what they cost. */
class PiecesTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @Test
  void piecesAreViewsOfOneApplication() {
    Tensor x = Tensor.arange(12).reshape(4, 3).to(DType.FLOAT32).requiresGrad(true);
    for (List<Tensor> pieces : List.of(x.split(2, 0), x.unbind(1), x.chunk(2, 1))) {
      Node made = ((Node.Result) TensorAccess.node(pieces.getFirst())).operation();
      for (Tensor piece : pieces) {
        assertThat(piece.storage()).isSameAs(x.storage());
        assertThat(((Node.Result) TensorAccess.node(piece)).operation()).isSameAs(made);
      }
      assertThat(made.input(0)).isSameAs(TensorAccess.node(x));
    }
    assertThat(TensorAccess.node(x.select(1, 2)).input(0)).isSameAs(TensorAccess.node(x));
  }

  @Test
  void sizesArePyTorchs() {
    assertThat(sizes(Tensor.zeros(5).split(2, 0))).containsExactly(2, 2, 1);
    assertThat(sizes(Tensor.zeros(5).split(5, 0))).containsExactly(5);
    assertThat(sizes(Tensor.zeros(5).split(9, 0))).containsExactly(5);
    assertThat(sizes(Tensor.zeros(0).split(2, 0))).containsExactly(0);
    assertThat(sizes(Tensor.zeros(0).split(0, 0))).containsExactly(0);
    assertThat(sizes(Tensor.zeros(5).chunk(4, 0))).containsExactly(2, 2, 1);
    assertThat(sizes(Tensor.zeros(0).chunk(3, 0))).containsExactly(0, 0, 0);
    assertThat(Tensor.zeros(2, 0).unbind(1)).isEmpty();
    assertThat(Tensor.zeros(2, 0).unbind(0)).hasSize(2);
  }

  private static List<Integer> sizes(List<Tensor> pieces) {
    return pieces.stream().map(t -> t.size(0)).toList();
  }

  @Test
  void whatDoesNotFitIsRefused() {
    Tensor x = Tensor.zeros(2, 5);
    assertThatThrownBy(() -> x.split(new int[] {2, 2}, 1))
        .isInstanceOf(ShapeException.class)
        .hasMessage(
            "split: sizes [2, 2] must not be negative and add up to 5, dimension 1 of [2, 5]");
    assertThatThrownBy(() -> x.split(new int[] {6, -1}, 1)).isInstanceOf(ShapeException.class);
    assertThatThrownBy(() -> x.split(0, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("got 0");
    assertThatThrownBy(() -> x.chunk(0, 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> x.unbind(2))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("unbind: dimension 2 does not exist in [2, 5]");
  }

  @Test
  void scattersTakeTheTypeOfTheWhole() {
    Tensor x = Tensor.zeros(2, 3).requiresGrad(true);
    Tensor row = Tensor.of(new double[] {1, 2, 3}, DType.FLOAT64).requiresGrad(true);
    Tensor y = x.selectScatter(row, 0, 1);
    assertThat(y.dtype()).isEqualTo(DType.FLOAT32);
    y.mul(Tensor.arange(6).reshape(2, 3)).sum().backward();
    assertThat(x.grad().toFloats()).containsExactly(0, 1, 2, 0, 0, 0);
    assertThat(row.grad().dtype()).isEqualTo(DType.FLOAT64);
    assertThat(row.grad().toDoubles()).containsExactly(3, 4, 5);
    assertThat(x.toFloats()).containsOnly(0);
    assertThatThrownBy(() -> x.selectScatter(Tensor.zeros(1, 3), 0, 1))
        .isInstanceOf(ShapeException.class)
        .hasMessage(
            "selectScatter: the source must have the shape [3] of its place in [2, 3], got [1, 3];"
                + " use expand(...)");
    assertThatThrownBy(() -> x.sliceScatter(Tensor.zeros(2, 2), 1, 0, 3, 1))
        .isInstanceOf(ShapeException.class)
        .hasMessageStartingWith("sliceScatter: the source must have the shape [2, 3]");
    assertThatThrownBy(() -> Tensor.arange(3).selectScatter(Tensor.scalar(1), 0, 0))
        .isInstanceOf(DTypeException.class)
        .hasMessageContaining("selectScatter: int64 cannot hold a source of float32");
    assertThatThrownBy(() -> x.selectScatter(row, 0, 2))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessage("selectScatter: index 2 is outside dimension 0 of [2, 3]");
    assertThatThrownBy(() -> x.sliceScatter(row, 0, 0, 1, 0))
        .hasMessage("sliceScatter: the step must be positive, got 0");
  }

  @Test
  void manyPiecesHaveTheirOwnGradients() {
    int n = 70; // more than a word has bits
    Tensor x = Tensor.zeros(Shape.of(n, 2), DType.FLOAT64).requiresGrad(true);
    List<Tensor> rows = x.unbind(0);
    Tensor sum = Tensor.scalar(0, DType.FLOAT64);
    for (int k = 0; k < n; k += 3) {
      sum = sum.add(rows.get(k).sum().mul(k + 1));
    }
    Tensor g = Autograd.grad(sum, x);
    for (int k = 0; k < n; k++) {
      assertThat(g.get(k, 1)).isEqualTo(k % 3 == 0 ? k + 1 : 0);
    }
  }

  @Test
  void aLoopOverASequenceCostsAsMuchAsTheSequence() {
    List<Function<Tensor, List<Tensor>>> loops =
        List.of(
            x -> {
              var steps = new ArrayList<Tensor>();
              for (int t = 0; t < x.size(0); t++) {
                steps.add(x.select(0, t));
              }
              return steps;
            },
            x -> x.unbind(0),
            x -> x.split(1, 0));
    for (Function<Tensor, List<Tensor>> loop : loops) {
      backward(loop, 64); // loads what is loaded once
      long few = backward(loop, 64);
      long many = backward(loop, 512);
      assertThat(many).as("bytes for 512 steps, %d for 64", few).isLessThan(16 * few);
    }
  }

  /** The bytes that the derivative of a loop over so many steps allocates. */
  private static long backward(Function<Tensor, List<Tensor>> loop, int steps) {
    Tensor x = Tensor.ones(steps, 256).requiresGrad(true);
    Tensor state = Tensor.ones(256);
    for (Tensor step : loop.apply(x)) {
      state = state.mul(step.squeeze());
    }
    Tensor y = state.sum();
    long before = THREADS.getCurrentThreadAllocatedBytes();
    Tensor g = Autograd.grad(y, x);
    long bytes = THREADS.getCurrentThreadAllocatedBytes() - before;
    assertThat(g.get(steps - 1, 255)).isEqualTo(1);
    return bytes;
  }
}
