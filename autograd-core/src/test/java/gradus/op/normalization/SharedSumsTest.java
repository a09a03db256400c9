package gradus.op.normalization;

import static org.assertj.core.api.Assertions.assertThat;

import gradus.Autograd;
import gradus.DType;
import gradus.Tensor;
import gradus.op.reduction.Axes;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Gradients made together, which share sums, have the bits of those made alone. */
class SharedSumsTest {
  private static final int[][] SHAPES = {{4, 3, 5, 6}, {16, 8, 32, 32}, {3, 40, 1, 2}};

  @Test
  void gradientsTogetherAreThoseAlone() {
    for (DType type : List.of(DType.FLOAT32, DType.FLOAT64)) {
      for (int[] dims : SHAPES) {
        Tensor x = Tensor.randn(dims).to(type).requiresGrad(true);
        Tensor w = Tensor.randn(dims[1], 1, 1).to(type).requiresGrad(true);
        Tensor b = Tensor.randn(dims[1], 1, 1).to(type).requiresGrad(true);
        Tensor g = Tensor.randn(dims).to(type);
        List<Tensor> together = Autograd.grad(apply(x, w, b), g, List.of(x, w, b));
        for (int i = 0; i < 3; i++) {
          Tensor alone = List.of(x, w, b).get(i);
          Tensor found =
              i == 0
                  ? Autograd.grad(apply(x, w.detach(), b.detach()), g, List.of(x)).getFirst()
                  : Autograd.grad(apply(x.detach(), w, b), g, List.of(alone)).getFirst();
          assertThat(together.get(i).toDoubles()).isEqualTo(found.toDoubles());
        }
      }
    }
  }

  private static Tensor apply(Tensor x, Tensor w, Tensor b) {
    Axes axes = Axes.of("test", x.shape(), true, 0, 2, 3);
    return new Normalization(axes, 1e-5, true).apply(x, w, b);
  }
}
