package gradus.kernel.conv;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Kernels of convolutions, of every width, against matrix products. */
class TapKernelsTest {
  @ParameterizedTest
  @ValueSource(ints = {128, 256, 512})
  void everyWidthHasTheSameBits(int bits) {
    var floats = new TapKernels(false, bits, false);
    var doubles = new TapKernels(true, bits, false);
    for (ConvCase c : ConvCase.ALL) {
      assertThat(c.output(floats)).as(c.toString()).isEqualTo(c.output(null));
      assertThat(c.kernelGradient(floats)).as(c.toString()).isEqualTo(c.kernelGradient(null));
      assertThat(c.outputOfDoubles(doubles)).as(c.toString()).isEqualTo(c.outputOfDoubles(null));
      assertThat(c.kernelGradientOfDoubles(doubles))
          .as(c.toString())
          .isEqualTo(c.kernelGradientOfDoubles(null));
    }
  }
}
