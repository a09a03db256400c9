package gradus.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import gradus.DType;
import gradus.Parameter;
import gradus.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each optimizer against the published rule, over twenty steps. */
class TrajectoryTest {
  private static final int STEPS = 20;

  /** All that can stand together. */
  static Stream<SGD.Settings> sgd() {
    var all = new ArrayList<SGD.Settings>();
    for (boolean maximize : new boolean[] {false, true}) {
      for (double decay : new double[] {0, 0.05}) {
        var plain = SGD.DEFAULTS.withLr(0.1).withMaximize(maximize).withWeightDecay(decay);
        all.add(plain);
        var momentum = plain.withMomentum(0.9);
        all.add(momentum);
        all.add(momentum.withDampening(0.3));
        all.add(momentum.withNesterov(true));
      }
    }
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("sgd")
  void sgdFollowsItsRule(SGD.Settings settings) {
    Parameter p = Descent.parameter();
    Descent.steps(new SGD(List.of(p), settings), p, 1, STEPS);

    assertThat(p.toDoubles()).containsExactly(Descent.sgd(settings, STEPS), within(1e-13));
  }

  /** All that can stand together. */
  static Stream<Adam.Settings> adam() {
    var all = new ArrayList<Adam.Settings>();
    for (boolean maximize : new boolean[] {false, true}) {
      for (boolean amsgrad : new boolean[] {false, true}) {
        var plain = Adam.DEFAULTS.withLr(0.05).withMaximize(maximize).withAmsgrad(amsgrad);
        all.add(plain);
        all.add(plain.withBetas(0.8, 0.95).withWeightDecay(0.1));
        all.add(plain.withBetas(0.3, 0.5).withEps(0.1));
        all.add(plain.withDecoupledWeightDecay(true).withWeightDecay(0.2));
      }
    }
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("adam")
  void adamFollowsItsRule(Adam.Settings settings) {
    Parameter p = Descent.parameter();
    Descent.steps(new Adam(List.of(p), settings), p, 1, STEPS);

    assertThat(p.toDoubles()).containsExactly(Descent.adam(settings, STEPS), within(1e-12));
  }

  @Test
  void adamWIsDecoupledAdam() {
    Parameter p = Descent.parameter();
    Descent.steps(new AdamW(List.of(p), 0.05), p, 1, STEPS);

    assertThat(p.toDoubles())
        .containsExactly(
            Descent.adam(
                Adam.DEFAULTS.withLr(0.05).withDecoupledWeightDecay(true).withWeightDecay(0.01),
                STEPS),
            within(1e-12));
    Parameter q = Descent.parameter();
    Descent.steps(
        new AdamW(List.of(q), Adam.DEFAULTS.withLr(0.05).withWeightDecay(0.01)), q, 1, STEPS);
    assertThat(q.toDoubles()).containsExactly(p.toDoubles());
  }

  @Test
  void adamsFirstStepIsTheLearningRate() {
    Parameter p = new Parameter(Tensor.of(1, 1, 1));
    var adam = new Adam(List.of(p), 0.25);
    p.setGrad(Tensor.of(1e-3, -5, 4000));
    adam.step();

    assertThat(p.toDoubles()).containsExactly(new double[] {0.75, 1.25, 0.75}, within(1e-4));
  }

  @Test
  void singlePrecisionStaysNear() {
    var settings = Adam.DEFAULTS.withLr(0.05).withWeightDecay(0.1);
    Parameter p = new Parameter(Tensor.of(Descent.START));
    var adam = new Adam(List.of(p), settings);
    for (int t = 1; t <= STEPS; t++) {
      p.setGrad(Tensor.of(Descent.gradient(t)));
      adam.step();
    }

    assertThat(p.dtype()).isEqualTo(DType.FLOAT32);
    assertThat(p.toDoubles()).containsExactly(Descent.adam(settings, STEPS), within(2e-6));
  }
}
