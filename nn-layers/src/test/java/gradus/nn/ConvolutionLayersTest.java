package gradus.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import gradus.Autograd;
import gradus.Gradus;
import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import gradus.op.convolution.Conv;
import org.junit.jupiter.api.Test;

class ConvolutionLayersTest {
  @Test
  void shapesAreThoseOfPyTorch() {
    Tensor x = Tensor.zeros(2, 3, 9, 8);

    assertShape(new Conv2d(3, 5, 3).forward(x), 2, 5, 7, 6);
    assertShape(new Conv2d(3, 6, 3, 2, 1, 1, 3, false).forward(x), 2, 6, 5, 4);
    assertShape(new Conv1d(3, 4, 2, 2, 0).forward(Tensor.zeros(2, 3, 9)), 2, 4, 4);
    assertShape(new Conv3d(1, 2, 2).forward(Tensor.zeros(1, 1, 3, 4, 5)), 1, 2, 2, 3, 4);
    assertShape(new Conv2d(3, 5, 3).forward(Tensor.zeros(3, 9, 8)), 5, 7, 6);
    assertShape(new MaxPool2d(2).forward(x), 2, 3, 4, 4);
    assertShape(new MaxPool2d(2, 2, 0, 1, true).forward(x), 2, 3, 5, 4);
    assertShape(new AvgPool2d(3, 2, 1).forward(x), 2, 3, 5, 4);
    assertShape(new AdaptiveAvgPool2d(1).forward(x), 2, 3, 1, 1);
    assertShape(new AdaptiveMaxPool2d(4, 3).forward(x), 2, 3, 4, 3);
    assertShape(new MaxPool1d(2).forward(Tensor.zeros(3, 9)), 3, 4);
    assertShape(new AvgPool3d(2).forward(Tensor.zeros(1, 1, 4, 4, 4)), 1, 1, 2, 2, 2);
  }

  private static void assertShape(Tensor x, int... dims) {
    assertThat(x.shape()).isEqualTo(Shape.of(dims));
  }

  @Test
  void kernelsAreNamedAndStartAsInPyTorch() {
    Gradus.seed(1);
    var layer = new Conv2d(4, 6, 3, 1, 1, 1, 2, true);

    assertThat(layer.state().keySet()).containsExactly("weight", "bias");
    assertShape(layer.weight(), 6, 2, 3, 3);
    double bound = 1 / Math.sqrt(2 * 3 * 3);
    assertThat(layer.weight().abs().max().item()).isBetween(0.9 * bound, bound);
    assertThat(layer.bias().abs().max().item()).isBetween(0.3 * bound, bound);
    assertThat(new Conv1d(2, 2, 3, 1, 0, 1, 1, false).parameters()).hasSize(1);
  }

  @Test
  void layersSayTheirSettings() {
    assertThat(new Conv2d(3, 8, 3, 2, 1))
        .hasToString("Conv2d(in=3, out=8, kernel=3, stride=2, padding=1, bias=true)");
    assertThat(
            new Conv2d(
                4, 8, new int[] {3, 1}, Conv.of(2).withSamePadding(3, 1).withGroups(2), false))
        .hasToString("Conv2d(in=4, out=8, kernel=[3, 1], padding=[1, 0], groups=2, bias=false)");
    assertThat(new MaxPool2d(3, 2, 1)).hasToString("MaxPool2d(kernel=3, stride=2, padding=1)");
    assertThat(new AdaptiveAvgPool2d(1)).hasToString("AdaptiveAvgPool2d(out=[1, 1])");
  }

  @Test
  void aSmallNetworkLearns() {
    Gradus.seed(2);
    var net =
        new Sequential(
            new Conv2d(1, 4, 3, 1, 1),
            new ReLU(),
            new MaxPool2d(2),
            new Flatten(),
            new Linear(4 * 4 * 4, 1));
    Tensor x = Tensor.randn(8, 1, 8, 8);
    Tensor wanted = x.sum(2, 3);
    double first = net.forward(x).sub(wanted).square().mean().item();
    for (int step = 0; step < 60; step++) {
      net.zeroGrad();
      net.forward(x).sub(wanted).square().mean().backward();
      try (var _ = Autograd.noGrad()) {
        net.parameters().forEach(p -> p.copyInPlace(p.sub(p.grad().mul(0.002))));
      }
    }
    assertThat(net.forward(x).sub(wanted).square().mean().item()).isLessThan(0.2 * first);
  }

  @Test
  void errorsNameTheGroupsAndTheCure() {
    Tensor x = Tensor.zeros(2, 3, 5, 5);

    assertThatThrownBy(() -> new Conv2d(4, 2, 3).forward(x))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("[2, 3, 5, 5] has 3 channels")
        .hasMessageContaining("groups=1 takes 4");
    assertThatThrownBy(() -> new Conv2d(3, 2, 7, 1, 0).forward(x))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("kernel of size 7 does not fit into an input of size 5");
    assertThatThrownBy(() -> new Conv2d(3, 2, 3).forward(Tensor.zeros(5, 5)))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("[5, 5]");
    assertThatThrownBy(() -> new Conv2d(3, 4, 3, 1, 0, 1, 2, true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cannot be split into groups=2");
    assertThatThrownBy(() -> new MaxPool2d(2, 2, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("half of the kernel, got padding 2 for kernel 2");
    assertThatThrownBy(() -> new AvgPool2d(6).forward(x))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("kernel of size 6 does not fit into an input of size 5");
    assertThatThrownBy(() -> Conv.of(2).withStride(2).withSamePadding(3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("same padding needs stride 1");
    assertThatThrownBy(() -> F.convTranspose2d(x, Tensor.zeros(2, 1, 3, 3), null, 1, 0))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("with the same c");
  }
}
