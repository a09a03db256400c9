package gradus.kernel.conv;

import static org.assertj.core.api.Assertions.assertThat;

import gradus.kernel.threads.Workers;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Shapes large enough for tiles, blocks of channels and splits, against the loops of the law. */
class ConvolutionTest {
  private final int threads = Workers.threads();

  @AfterEach
  void restore() {
    Workers.setThreads(threads);
  }

  @Test
  void anOutputIsOneChainFromTheBias() {
    for (ConvCase c : ConvCase.ALL) {
      assertThat(c.output()).as(c.toString()).isEqualTo(c.outputByChains());
    }
  }

  @Test
  void anInputGradientIsOneChain() {
    for (ConvCase c : ConvCase.ALL) {
      assertThat(c.inputGradient()).as(c.toString()).isEqualTo(c.inputGradientByChains());
    }
  }

  @Test
  void aKernelGradientIsTheSumOfItsProducts() {
    for (ConvCase c : ConvCase.ALL) {
      float[] found = c.kernelGradient();
      double[] expected = c.kernelGradientInDouble();
      double[] precise = c.kernelGradientOfDoubles();
      double largest = 0;
      for (double e : expected) {
        largest = Math.max(largest, Math.abs(e));
      }
      for (int i = 0; i < expected.length; i++) {
        assertThat(Math.abs(found[i] - expected[i])).as(c.toString()).isLessThan(1e-5 * largest);
        assertThat(Math.abs(precise[i] - expected[i])).as(c.toString()).isLessThan(1e-13 * largest);
      }
    }
  }

  @Test
  void threadsLeaveTheBitsAlone() {
    for (ConvCase c : ConvCase.ALL) {
      Workers.setThreads(1);
      int expected = c.hash();
      for (int n : List.of(2, 3, 7)) {
        Workers.setThreads(n);
        assertThat(c.hash()).as("%s with %d threads", c, n).isEqualTo(expected);
      }
    }
  }
}
