package gradus.kernel.conv;

import static org.assertj.core.api.Assertions.assertThat;

import gradus.Tensor;
import gradus.kernel.conv.ConvolutionPlan.Pass;
import gradus.op.convolution.Conv;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConvolutionPlanTest {
  private static Convolution of(int groups, int channels, int filters, int size, int stride) {
    int out = (size - 1) / stride + 1;
    Dimension side = new Dimension(size, 3, stride, 1, 1, out);
    return new Convolution(16, groups, channels, filters, List.of(Dimension.ONE, side, side), true);
  }

  private static List<Algorithm> plan(Convolution c, Pass pass, boolean isDouble) {
    return ConvolutionPlan.of(c, pass, isDouble).algorithms();
  }

  @Test
  void manyChannelsGoByWinogradInFloatOnly() {
    Convolution c = of(1, 32, 32, 16, 1);
    for (Pass pass : Pass.values()) {
      assertThat(plan(c, pass, false)).containsExactly(Algorithm.WINOGRAD);
      assertThat(plan(c, pass, true)).doesNotContain(Algorithm.WINOGRAD);
    }
    Convolution refused = new Convolution(16, 1, 32, 32, c.dims(), false);
    assertThat(plan(refused, Pass.FORWARD, false)).doesNotContain(Algorithm.WINOGRAD);
  }

  /** The choice itself, for kernels of 256 bits whatever this machine has. */
  @Test
  void shapesChooseWhatLanesAre() {
    var kernels = new TapKernels(false, 256, false);
    Convolution depthwise = of(32, 1, 1, 16, 1);
    assertThat(ConvolutionPlan.product(depthwise.lattice(), 1, kernels)).isEqualTo(Algorithm.FLAT);
    assertThat(ConvolutionPlan.kernelGradient(depthwise.lattice(), 32, 1, kernels))
        .isEqualTo(Algorithm.GROUPS);
    Convolution large = of(1, 16, 32, 40, 1);
    assertThat(ConvolutionPlan.product(large.lattice(), 32, kernels))
        .isEqualTo(Algorithm.POSITIONS);
    assertThat(ConvolutionPlan.kernelGradient(large.lattice(), 1, 32, kernels))
        .isEqualTo(Algorithm.CHANNELS);
    Convolution strided = of(1, 16, 32, 40, 2);
    assertThat(ConvolutionPlan.product(strided.lattice(), 32, kernels))
        .isEqualTo(Algorithm.FILTERS);
    assertThat(ConvolutionPlan.product(strided.lattice(), 9, kernels))
        .as("a second vector would be almost empty")
        .isEqualTo(Algorithm.POSITIONS);
    assertThat(ConvolutionPlan.kernelGradient(of(1, 3, 32, 40, 1).lattice(), 1, 32, kernels))
        .isEqualTo(Algorithm.FILTERS);
    assertThat(ConvolutionPlan.product(depthwise.lattice(), 1, null))
        .isEqualTo(Algorithm.POSITIONS);
  }

  @Test
  void aPlanIsForPeopleToRead() {
    assertThat(ConvolutionPlan.of(of(1, 32, 32, 16, 1), Pass.INPUT_GRADIENT, false))
        .hasToString(
            "input gradient of [16, 32, 1, 16, 16] * [32, 32, 1, 3, 3] -> [1, 16, 16]: "
                + "Winograd F(4x4, 3x3)");
    assertThat(of(4, 2, 3, 16, 1))
        .hasToString("[16, 8, 1, 16, 16] * [12, 2, 1, 3, 3] -> [1, 16, 16] in 4 groups");
    String text =
        Conv.of(2).withPadding(1).describe(Tensor.zeros(16, 32, 8, 8), Tensor.zeros(32, 32, 3, 3));
    assertThat(text.lines()).hasSize(3).allMatch(line -> line.endsWith(": " + Algorithm.WINOGRAD));
  }
}
