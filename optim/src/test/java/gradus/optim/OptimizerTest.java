package gradus.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import gradus.AutogradException;
import gradus.DType;
import gradus.Parameter;
import gradus.Tensor;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OptimizerTest {
  private static Parameter ones(int n) {
    return new Parameter(Tensor.ones(n));
  }

  @Test
  void groupsHaveTheirOwnSettings() {
    Parameter a = ones(1);
    Parameter b = ones(1);
    var sgd = new SGD(List.of(a), 0.5);
    Group<SGD.Settings> second = sgd.addGroup(List.of(b), SGD.DEFAULTS.withLr(0.125));
    a.sum().add(b.sum()).backward();
    sgd.step();

    assertThat(a.item()).isEqualTo(0.5);
    assertThat(b.item()).isEqualTo(0.875);
    assertThat(sgd.lr()).isEqualTo(0.5);
    assertThat(sgd.groups()).hasSize(2);
    assertThat(sgd.parameters()).containsExactly(a, b);
    second.setLr(0.25);
    sgd.step();
    assertThat(b.item()).isEqualTo(0.625);
    sgd.setLr(1);
    assertThat(sgd.groups()).allMatch(group -> group.lr() == 1);
    second.setSettings(second.settings().withWeightDecay(1));
    sgd.step();
    assertThat(b.item()).isEqualTo(0.625 - (1 + 0.625));
  }

  @Test
  void aParameterIsInOneGroupOnce() {
    Parameter a = ones(3);
    var sgd = new SGD(List.of(a), 0.5);

    assertThatThrownBy(() -> sgd.addGroup(List.of(ones(1), a), SGD.DEFAULTS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("SGD: the parameter [3] at position 2 is here already");
    assertThat(sgd.groups()).hasSize(1);
    assertThatThrownBy(() -> new Adam(List.of(a, a), 0.1)).hasMessageContaining("at position 1");
    assertThatThrownBy(() -> new Adam(List.of(), 0.1)).hasMessageContaining("got no parameters");
  }

  @Test
  void refusesAStepWithoutAnyGradient() {
    Parameter a = ones(1);
    Parameter b = ones(1);
    var sgd = new SGD(List.of(a, b), 0.5);

    assertThatThrownBy(sgd::step)
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("SGD.step: would change nothing, 0 of 2 parameters have gradients");
    a.sum().backward();
    sgd.step();
    assertThat(a.item()).isEqualTo(0.5);
    assertThat(b.item()).isEqualTo(1);
    sgd.zeroGrad();
    assertThat(a.grad()).isNull();
    assertThatThrownBy(sgd::step).hasMessageContaining("zeroGrad()");
  }

  @Test
  void gradientsOfAllGroupsAreForgotten() {
    Parameter a = ones(1);
    Parameter b = ones(2);
    Parameter c = ones(3);
    var sgd = new SGD(List.of(a), 0.5);
    sgd.addGroup(List.of(b, c), SGD.DEFAULTS);
    for (Parameter p : List.of(a, b, c)) {
      p.setGrad(Tensor.onesLike(p));
    }
    sgd.zeroGrad();
    assertThat(List.of(a, b, c)).allMatch(p -> p.grad() == null);
  }

  @Test
  void countsStepsForEachParameter() {
    Parameter a = ones(1);
    Parameter late = ones(1);
    var adam = new Adam(List.of(a, late), 0.1);
    for (int i = 0; i < 3; i++) {
      a.setGrad(Tensor.ones(1));
      adam.step();
    }
    late.setGrad(Tensor.ones(1));
    adam.step();

    // Its first step is a whole one: the bias correction starts with it.
    assertThat(late.item()).isCloseTo(0.9, within(1e-6));
    assertThat(adam.state().get("0.step").itemLong()).isEqualTo(4);
    assertThat(adam.state().get("1.step").itemLong()).isEqualTo(1);
  }

  @Test
  void updatesAreNotRecordedAndRefusedToStaleGraphs() {
    Parameter a = ones(2);
    var sgd = new SGD(List.of(a), 0.5);
    Tensor loss = a.square().sum();
    a.setGrad(Tensor.ones(2));
    sgd.step();

    assertThat(a.isLeaf()).isTrue();
    assertThat(a.requiresGrad()).isTrue();
    assertThatThrownBy(loss::backward).hasMessageContaining("changed in place");
  }

  /**
   * Everything that a step writes is a change in place: the parameter, and each part of the state.
   */
  @Test
  void whatAStepWritesIsRefusedToStaleGraphs() {
    for (boolean adam : new boolean[] {true, false}) {
      Parameter p = Descent.parameter();
      Optimizer<?, ?> optimizer =
          adam
              ? new Adam(List.of(p), Adam.DEFAULTS.withAmsgrad(true))
              : new SGD(List.of(p), 0.1, 0.9);
      Descent.steps(optimizer, p, 1, 1);
      var state = new LinkedHashMap<>(optimizer.state());
      state.remove("0.step");
      assertThat(state).hasSize(adam ? 3 : 1);
      Tensor x = Tensor.ones(4).to(DType.FLOAT64).requiresGrad(true);
      Map<String, Tensor> losses = new LinkedHashMap<>();
      state.forEach((name, moment) -> losses.put(name, x.mul(moment).sum()));
      losses.put("parameter", x.mul(p).sum());
      Descent.steps(optimizer, p, 2, 2);
      losses.forEach(
          (name, loss) ->
              assertThatThrownBy(loss::backward)
                  .as(name)
                  .isInstanceOf(AutogradException.class)
                  .hasMessageContaining("changed in place"));
    }
  }

  @Test
  void settingsAreCheckedWhereAnOptimizerTakesThem() {
    var some = List.of(ones(1));
    assertThatThrownBy(() -> new Adam(some, -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Adam: lr must not be negative, got -1.0");
    assertThatThrownBy(() -> new SGD(some, Double.NaN))
        .hasMessage("SGD: lr must not be negative, got NaN");
    assertThatThrownBy(() -> new AdamW(some, AdamW.DEFAULTS.withBetas(0.9, 1)))
        .hasMessage("AdamW: beta2 must be in [0, 1), got 1.0");
    assertThatThrownBy(() -> new AdamW(some, AdamW.DEFAULTS.withBetas(-0.1, 1)))
        .hasMessage("AdamW: beta1 must be in [0, 1), got -0.1");
    assertThatThrownBy(() -> new Adam(some, Adam.DEFAULTS.withEps(-1)))
        .hasMessage("Adam: eps must not be negative, got -1.0");
    assertThatThrownBy(() -> new Adam(some, Adam.DEFAULTS.withWeightDecay(-1)))
        .hasMessage("Adam: weightDecay must not be negative, got -1.0");
    assertThatThrownBy(() -> new SGD(some, SGD.DEFAULTS.withWeightDecay(-1)))
        .hasMessage("SGD: weightDecay must not be negative, got -1.0");
    assertThatThrownBy(() -> new SGD(some, 0.1, -0.5))
        .hasMessage("SGD: momentum must not be negative, got -0.5");
    assertThatThrownBy(() -> new SGD(some, SGD.DEFAULTS.withNesterov(true)))
        .hasMessageStartingWith("SGD: nesterov needs a momentum and no dampening");
    assertThatThrownBy(
            () ->
                new SGD(some, SGD.DEFAULTS.withNesterov(true).withMomentum(0.9).withDampening(0.5)))
        .hasMessageEndingWith("got momentum 0.9 and dampening 0.5");
  }

  @Test
  void settingsMayBeSetInAnyOrder() {
    var first = SGD.DEFAULTS.withNesterov(true).withMomentum(0.9);
    assertThat(new SGD(List.of(ones(1)), first).groups().getFirst().settings())
        .isEqualTo(SGD.DEFAULTS.withMomentum(0.9).withNesterov(true));
  }

  @Test
  void aGroupKeepsItsSettingsWhereNewOnesAreRefused() {
    var sgd = new SGD(List.of(ones(1)), 0.5);
    Group<SGD.Settings> group = sgd.groups().getFirst();
    assertThatThrownBy(() -> sgd.setLr(-2)).hasMessage("SGD: lr must not be negative, got -2.0");
    assertThatThrownBy(() -> group.setSettings(SGD.DEFAULTS.withNesterov(true)))
        .hasMessageStartingWith("SGD: nesterov");
    assertThatThrownBy(() -> sgd.addGroup(List.of(ones(2)), SGD.DEFAULTS.withLr(-1)))
        .hasMessageStartingWith("SGD: lr");
    assertThat(group.settings()).isEqualTo(SGD.DEFAULTS.withLr(0.5));
    assertThat(sgd.parameters()).hasSize(1);
  }

  static List<OptimizerSettings<?>> defaults() {
    return List.of(SGD.DEFAULTS, Adam.DEFAULTS, AdamW.DEFAULTS);
  }

  /** Of each setting: its setter changes what its getter gives, and that alone, in a copy. */
  @ParameterizedTest
  @MethodSource("defaults")
  void everySettingIsPartOfTheValue(OptimizerSettings<?> settings) throws Exception {
    var before = settings.values();
    var setters =
        Arrays.stream(settings.getClass().getMethods())
            .filter(m -> m.getName().startsWith("with") && !m.isBridge())
            .toList();
    assertThat(setters).hasSizeGreaterThanOrEqualTo(before.size());
    var changed = new TreeSet<String>();
    for (Method setter : setters) {
      Object[] values =
          Arrays.stream(setter.getParameterTypes())
              .map(type -> type == double.class ? (Object) 0.625 : !flag(settings, setter))
              .toArray();
      var copy = (OptimizerSettings<?>) setter.invoke(settings, values);
      assertThat(copy).as(setter.getName()).isNotEqualTo(settings).hasSameClassAs(settings);
      assertThat(copy.toString()).isNotEqualTo(settings.toString());
      assertThat(setter.invoke(settings, values)).isEqualTo(copy).hasSameHashCodeAs(copy);
      var after = copy.values();
      after.entrySet().removeAll(before.entrySet());
      assertThat(after).as(setter.getName()).hasSize(1);
      changed.addAll(after.keySet());
      assertThat(settings.values()).isEqualTo(before);
    }
    assertThat(changed).containsExactlyInAnyOrderElementsOf(before.keySet());
  }

  private static boolean flag(OptimizerSettings<?> settings, Method setter) {
    String name = setter.getName().substring(4, 5).toLowerCase(Locale.ROOT);
    return settings.values().get(name + setter.getName().substring(5)) == Boolean.TRUE;
  }

  @Test
  void settingsOfTwoOptimizersAreNeverEqual() {
    assertThat((Object) SGD.DEFAULTS).isNotEqualTo(Adam.DEFAULTS).isNotEqualTo("lr=0.001");
    assertThat(new SignDescent.Rate(0.5)).isEqualTo(new SignDescent.Rate(0.25).withLr(0.5));
  }

  /** The defaults of torch.optim. */
  @Test
  void optimizersPrintWhatTheyAre() {
    var some = List.of(ones(1));
    assertThat(new SGD(some))
        .hasToString(
            "SGD(lr=0.001, momentum=0.0, dampening=0.0, weightDecay=0.0, nesterov=false,"
                + " maximize=false)");
    assertThat(new Adam(some))
        .hasToString(
            "Adam(lr=0.001, betas=(0.9, 0.999), eps=1.0E-8, weightDecay=0.0,"
                + " decoupledWeightDecay=false, amsgrad=false, maximize=false)");
    assertThat(new AdamW(some))
        .hasToString(
            "AdamW(lr=0.001, betas=(0.9, 0.999), eps=1.0E-8, weightDecay=0.01,"
                + " decoupledWeightDecay=true, amsgrad=false, maximize=false)");
    var two = new SignDescent(some, 0.5);
    two.addGroup(List.of(ones(2), ones(3)), new SignDescent.Rate(0.25));
    assertThat(two)
        .hasToString(
            """
            SignDescent(
              (0): Group(parameters=1, lr=0.5)
              (1): Group(parameters=2, lr=0.25)
            )\
            """);
  }

  @Test
  void aRunGoesOnFromASavedState() {
    var settings = Adam.DEFAULTS.withLr(0.05);
    var momentum = SGD.DEFAULTS.withLr(0.05).withMomentum(0.9);
    var optimizers =
        List.<Function<Parameter, Optimizer<?, ?>>>of(
            p -> new Adam(List.of(p), settings),
            p -> new Adam(List.of(p), settings.withAmsgrad(true)),
            p -> new SGD(List.of(p), momentum.withDampening(0.3)),
            p -> new SGD(List.of(p), momentum.withNesterov(true)));
    for (var optimizer : optimizers) {
      Parameter p = Descent.parameter();
      Optimizer<?, ?> first = optimizer.apply(p);
      Descent.steps(first, p, 1, 5);
      var saved = new LinkedHashMap<String, Tensor>();
      first.state().forEach((name, t) -> saved.put(name, t.clone()));
      Parameter q = new Parameter(p.detach().clone());
      Optimizer<?, ?> resumed = optimizer.apply(q);
      resumed.loadState(saved);
      Descent.steps(first, p, 6, 9);
      Descent.steps(resumed, q, 6, 9);

      assertThat(q.toDoubles()).containsExactly(p.toDoubles());
    }
  }

  @Test
  void stateIsNamedByPositionOrByName() {
    Parameter w = ones(2);
    Parameter b = ones(1);
    var sgd = new SGD(List.of(w, b), 0.1, 0.9);
    assertThat(sgd.state()).isEmpty();
    w.sum().backward();
    sgd.step();

    assertThat(sgd.state().keySet()).containsExactly("0.step", "0.direction");
    var names = new LinkedHashMap<String, Parameter>();
    names.put("fc.bias", b);
    names.put("fc.weight", w);
    assertThat(sgd.state(names).keySet()).containsExactly("fc.weight.step", "fc.weight.direction");
    var other = new SGD(List.of(b, w), 0.1, 0.9);
    other.loadState(sgd.state(names), names);
    assertThat(other.state().keySet()).containsExactly("1.step", "1.direction");
    assertThat(other.state().get("1.direction").toFloats()).containsExactly(1, 1);
    assertThatThrownBy(() -> sgd.state(Map.of("x", ones(1))))
        .hasMessageContaining("the parameter x [1] is in none of its groups");
  }

  @Test
  void aStateThatDoesNotFitChangesNothing() {
    Parameter p = Descent.parameter();
    var adam = new Adam(List.of(p), 0.1);
    Descent.steps(adam, p, 1, 2);
    double[] mean = adam.state().get("0.mean").toDoubles();
    Tensor step = Tensor.scalar(7, DType.INT64);

    assertThatThrownBy(() -> adam.loadState(Map.of("0.step", step, "0.mean", Tensor.ones(4))))
        .hasMessageContaining("Adam.loadState: 0.square must be a tensor [4], the state has none");
    assertThatThrownBy(
            () ->
                adam.loadState(
                    Map.of("0.step", step, "0.mean", Tensor.ones(3), "0.square", Tensor.ones(4))))
        .hasMessageContaining("0.mean must be a tensor [4], the state has [3]");
    assertThatThrownBy(() -> adam.loadState(Map.of("5.step", step)))
        .hasMessageContaining("1 of 1 entries belong to no parameter here");
    assertThat(adam.state().get("0.mean").toDoubles()).containsExactly(mean);
    assertThat(adam.state().get("0.step").itemLong()).isEqualTo(2);
  }

  /** What a user writes: the sign of the gradient alone. */
  static final class SignDescent extends Optimizer<SignDescent.Rate, SignDescent.Nothing> {
    static final class Rate extends OptimizerSettings<Rate> {
      Rate(double lr) {
        super(lr);
      }
    }

    record Nothing() {}

    SignDescent(List<Parameter> parameters, double lr) {
      super(parameters, new Rate(lr));
    }

    @Override
    protected Nothing init(Parameter parameter, Rate settings) {
      return new Nothing();
    }

    @Override
    protected void update(
        Parameter parameter, Tensor gradient, Nothing state, Rate settings, long step) {
      parameter.addInPlace(gradient.sign(), -settings.lr());
    }
  }

  @Test
  void anOptimizerIsTwoMethods() {
    Parameter p = new Parameter(Tensor.of(3, -3));
    var signs = new SignDescent(List.of(p), 0.5);
    for (int i = 0; i < 6; i++) {
      signs.zeroGrad();
      p.square().sum().backward();
      signs.step();
    }

    assertThat(p.toFloats()).containsExactly(0, 0);
    assertThat(signs.state().keySet()).containsExactly("0.step");
  }
}
