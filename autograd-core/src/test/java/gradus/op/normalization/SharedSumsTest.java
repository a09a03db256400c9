package gradus.op.normalization;

import static org.assertj.core.api.Assertions.assertThat;

import gradus.Autograd;
import gradus.DType;
import gradus.Tensor;
import gradus.op.reduction.Axes;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Gradients made together, which share sums, have the bits of those made alone, in recorded passes,
 * too.
 */
class SharedSumsTest {
  @Test
  void gradientsTogetherAreThoseAlone() {
    for (DType type : List.of(DType.FLOAT32, DType.FLOAT64)) {
      for (boolean centered : new boolean[] {true, false}) {
        check(type, centered, new int[] {4, 3, 5, 6}, new int[] {3, 1, 1}, 0, 2, 3);
        check(type, centered, new int[] {16, 8, 32, 32}, new int[] {8, 1, 1}, 0, 2, 3);
        check(type, centered, new int[] {3, 40, 1, 2}, new int[] {40, 1, 1}, 0, 2, 3);
        check(type, centered, new int[] {9, 2, 8, 128}, new int[] {2, 8, 1}, 2, 3);
        check(type, centered, new int[] {1100, 64}, new int[] {64}, 1);
        check(type, centered, new int[] {5, 7, 24}, new int[] {7, 24}, 1, 2);
      }
    }
  }

  private static void check(DType type, boolean centered, int[] dims, int[] weight, int... axes) {
    Tensor x = Tensor.randn(dims).to(type).requiresGrad(true);
    Tensor w = Tensor.randn(weight).to(type).requiresGrad(true);
    Tensor b = Tensor.randn(weight).to(type).requiresGrad(true);
    Tensor g = Tensor.randn(dims).to(type);
    Axes folded = Axes.of("test", x.shape(), true, axes);
    Tensor ofAll = apply(folded, centered, x, w, b);
    List<Tensor> recorded =
        Autograd.grad(ofAll, g, List.of(x, w, b), Autograd.CREATE_GRAPH, Autograd.RETAIN_GRAPH);
    List<Tensor> together = Autograd.grad(ofAll, g, List.of(x, w, b));
    Tensor ofX = apply(folded, centered, x, w.detach(), b.detach());
    Tensor ofW = apply(folded, centered, x.detach(), w, b.detach());
    Tensor ofB = apply(folded, centered, x.detach(), w.detach(), b);
    List<Tensor> alone =
        List.of(
            Autograd.grad(ofX, g, List.of(x)).getFirst(),
            Autograd.grad(ofW, g, List.of(w)).getFirst(),
            Autograd.grad(ofB, g, List.of(b)).getFirst());
    for (int i = 0; i < 3; i++) {
      assertThat(together.get(i).toDoubles()).isEqualTo(alone.get(i).toDoubles());
      assertThat(recorded.get(i).toDoubles()).isEqualTo(alone.get(i).toDoubles());
    }
  }

  private static Tensor apply(Axes axes, boolean centered, Tensor... x) {
    return new Normalization(axes, 1e-5, centered).applyAll(x)[0];
  }
}
