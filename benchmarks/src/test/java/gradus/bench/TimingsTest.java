package gradus.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import gradus.bench.Timings.Verdict;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TimingsTest {
  @Test
  void equalTimesSayNothing() {
    double[] same = {1, 1.2, 1.1, 1, 3, 1, 1, 1, 1};
    var timings = new Timings(same, same, same);

    assertThat(timings.ratio()).isEqualTo(1);
    assertThat(timings.spread()).isZero();
    assertThat(timings.verdict()).isEqualTo(Verdict.SAME);
  }

  @Test
  void tenPercentSlowerIsReported() {
    var timings = new Timings(noisy(1.1, 0.01, 1), noisy(1.1, 0.01, 2), noisy(1, 0.01, 3));

    assertThat(timings.ratio()).isCloseTo(1.1, within(0.02));
    assertThat(timings.verdict()).isEqualTo(Verdict.SLOWER);
  }

  @Test
  void tenPercentFasterIsNotSlower() {
    var timings = new Timings(noisy(1, 0.01, 1), noisy(1, 0.01, 2), noisy(1.1, 0.01, 3));

    assertThat(timings.verdict()).isEqualTo(Verdict.FASTER);
  }

  @Test
  void differencesUpToThreePercentAreTies() {
    assertThat(verdict(1.029, 1)).isEqualTo(Verdict.SAME);
    assertThat(verdict(1.031, 1)).isEqualTo(Verdict.SLOWER);
    assertThat(verdict(1, 1.029)).isEqualTo(Verdict.SAME);
    assertThat(verdict(1, 1.031)).isEqualTo(Verdict.FASTER);
  }

  @Test
  void whatIsSmallerThanTheSpreadIsNotReported() {
    // Both processes together are 5 % slower; one is 8 % slower than the other.
    double[] low = nine(1.05 / Math.sqrt(1.08));
    double[] high = nine(1.05 * Math.sqrt(1.08));
    var timings = new Timings(low, high, nine(1));

    assertThat(timings.ratio()).isCloseTo(1.05, within(1e-12));
    assertThat(timings.spread()).isCloseTo(0.08, within(1e-12));
    assertThat(timings.verdict()).isEqualTo(Verdict.UNCLEAR);
    assertThat(new Timings(low, high, nine(0.95)).verdict()).isEqualTo(Verdict.SLOWER);
    assertThat(new Timings(low, high, nine(1.02)).verdict()).isEqualTo(Verdict.SAME);
    assertThat(new Timings(low, high, nine(1.1)).verdict()).isEqualTo(Verdict.UNCLEAR);
    assertThat(new Timings(low, high, nine(1.15)).verdict()).isEqualTo(Verdict.FASTER);
  }

  @Test
  void noiseWithoutDirectionIsASpread() {
    // By turns one and the other is 8 % slower: in the mean they are the same.
    double[] mine = nine(1.05 / Math.sqrt(1.08));
    double[] again = nine(1.05 / Math.sqrt(1.08));
    for (int i = 0; i < 9; i++) {
      (i % 2 == 0 ? mine : again)[i] *= 1.08;
    }
    var timings = new Timings(mine, again, nine(1));

    assertThat(timings.ratio()).isCloseTo(1.05, within(1e-12));
    assertThat(timings.spread()).isCloseTo(0.08, within(1e-12));
    assertThat(timings.verdict()).isEqualTo(Verdict.UNCLEAR);
  }

  @Test
  void aDisturbedMachineDisturbsNoRatio() {
    double[] disturbance = {1, 1, 2, 3, 2.5, 1, 1, 1.5, 4};
    double[] slower = Arrays.stream(disturbance).map(t -> 1.1 * t).toArray();
    var timings = new Timings(slower, slower, disturbance);

    assertThat(timings.ratio()).isCloseTo(1.1, within(1e-12));
    assertThat(timings.verdict()).isEqualTo(Verdict.SLOWER);
  }

  @Test
  void oneBadWindowChangesNothing() {
    double[] bad = nine(1);
    bad[4] = 50;
    var timings = new Timings(bad, nine(1), nine(1));

    assertThat(timings.ratio()).isEqualTo(1);
    assertThat(timings.spread()).isZero();
    assertThat(timings.medianOfMine()).isEqualTo(1);
  }

  @Test
  void anEvenNumberOfWindowsHasItsMedianBetweenTwo() {
    var timings = new Timings(new double[] {1, 2}, new double[] {3, 4}, new double[] {5, 8});

    assertThat(timings.medianOfMine()).isEqualTo(2.5);
    assertThat(timings.medianOfOther()).isEqualTo(6.5);
  }

  @Test
  void windowsMustBelongTogether() {
    assertThatThrownBy(() -> new Timings(nine(1), nine(1), new double[8]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("9, 9 and 8");
    assertThatThrownBy(() -> new Timings(new double[0], new double[0], new double[0]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static Verdict verdict(double mine, double other) {
    return new Timings(nine(mine), nine(mine), nine(other)).verdict();
  }

  private static double[] nine(double seconds) {
    double[] windows = new double[9];
    Arrays.fill(windows, seconds);
    return windows;
  }

  private static double[] noisy(double seconds, double noise, long seed) {
    var random = new Random(seed);
    double[] windows = nine(seconds);
    Arrays.setAll(windows, i -> windows[i] * (1 + noise * random.nextDouble(-1, 1)));
    return windows;
  }
}
