package gradus.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import gradus.Autograd;
import gradus.DType;
import gradus.DTypeException;
import gradus.Shape;
import gradus.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StateTest {
  record Net(Linear fc1, Linear fc2) implements Layer {
    Net() {
      this(new Linear(3, 4), new Linear(4, 2));
    }

    @Override
    public Tensor forward(Tensor x) {
      return fc2.forward(fc1.forward(x).relu());
    }
  }

  record Counter(@Buffer Tensor count) implements Parameterized {}

  private static Map<String, Tensor> copy(Parameterized layer) {
    var copy = new LinkedHashMap<String, Tensor>();
    layer.state().forEach((name, t) -> copy.put(name, t.clone()));
    return copy;
  }

  @Test
  void carriesAllElementsOver() {
    var from = new Net();
    var to = new Net();
    to.loadState(from.state());

    Tensor x = Tensor.rand(5, 3);
    assertThat(to.forward(x).toFloats()).containsExactly(from.forward(x).toFloats());
    assertThat(to.state().values()).noneMatch(Tensor::requiresGrad);
    assertThat(to.parameters()).allMatch(Tensor::requiresGrad);
  }

  @Test
  void convertsFloatingTypes() {
    var from = new Net();
    from.to(DType.FLOAT64);
    var to = new Net();
    to.loadState(from.state());

    assertThat(to.fc1().weight().dtype()).isEqualTo(DType.FLOAT32);
    assertThat(to.fc1().weight().toDoubles()).containsExactly(from.fc1().weight().toDoubles());
  }

  @Test
  void tellsAllThatDoesNotFitAndChangesNothing() {
    var net = new Net();
    Map<String, Tensor> before = copy(net);
    var state = new LinkedHashMap<String, Tensor>();
    state.put("fc1.weight", Tensor.ones(8, 3));
    state.put("fc1.bias", Tensor.ones(4));
    state.put("fc2.weight", Tensor.ones(2, 4));
    state.put("fc3.bias", Tensor.ones(2));

    assertThatThrownBy(() -> net.loadState(state))
        .isInstanceOf(LayerException.class)
        .hasMessage(
            "loadState: missing [fc2.bias]; unexpected [fc3.bias (did you mean fc2.bias?)];"
                + " mismatch [fc1.weight: the state has [8, 3], the layer [4, 3]]. Nothing was"
                + " changed");
    net.state()
        .forEach(
            (name, t) -> assertThat(t.toFloats()).containsExactly(before.get(name).toFloats()));
  }

  @Test
  void seesThroughAPrefix() {
    var net = new Linear(2, 2);

    assertThatThrownBy(
            () ->
                net.loadState(
                    Map.of("encoder.layer.weight", Tensor.ones(2, 2), "bias", Tensor.ones(2))))
        .hasMessageContaining("encoder.layer.weight (did you mean weight?)");
  }

  @Test
  void takesWhatMatches() {
    var net = new Net();
    var unmatched =
        net.loadMatching(Map.of("fc1.bias", Tensor.ones(4), "head.bias", Tensor.ones(9)));

    assertThat(net.fc1().bias().toFloats()).containsOnly(1);
    assertThat(unmatched.missing()).containsExactly("fc1.weight", "fc2.weight", "fc2.bias");
    assertThat(unmatched.unexpected()).containsExactly("head.bias");
    assertThatThrownBy(() -> net.loadMatching(Map.of("fc1.bias", Tensor.ones(5))))
        .hasMessageContaining("fc1.bias: the state has [5], the layer [4]");
  }

  @Test
  void needsOnlyOneNameOfASharedParameter() {
    var tied = new Linear(2, 2, false);
    var net = new Sequential(tied, new Linear(tied.weight(), null));
    net.loadState(Map.of("1.weight", Tensor.ones(2, 2)));

    assertThat(tied.weight().toFloats()).containsOnly(1);
    assertThatThrownBy(() -> net.loadState(Map.of()))
        .hasMessageContaining("missing [0.weight, 1.weight]");
  }

  @Test
  void doesNotRoundFloatsIntoIntegers() {
    var counter = new Counter(Tensor.zeros(Shape.of(1), DType.INT64));

    assertThatThrownBy(() -> counter.loadState(Map.of("count", Tensor.ones(1))))
        .hasMessageContaining("count: the state has float32, the layer int64");
    counter.loadState(Map.of("count", Tensor.of(new int[] {7})));
    assertThat(counter.count().toLongs()).containsExactly(7);
  }

  /** Keeps an activation and an input, and has a buffer. */
  static final class Keeping implements Layer {
    final Linear fc = new Linear(2, 2);
    @Buffer Tensor mean = Tensor.zeros(2);
    @Nullable Tensor last;
    @Nullable Tensor input;
    final List<Tensor> kept = new ArrayList<>();

    @Override
    public Tensor forward(Tensor x) {
      input = x.detach();
      last = fc.call(x).tanh();
      kept.add(last);
      return last.sub(mean);
    }
  }

  @Test
  void anActivationThatIsKeptIsNoState() {
    var net = new Keeping();
    Map<String, Tensor> best = copy(net);
    net.call(Tensor.ones(7, 2));
    Autograd.noGrad(() -> net.call(Tensor.ones(3, 2)));

    assertThat(net.state()).containsOnlyKeys("fc.weight", "fc.bias", "mean");
    net.loadState(best);
    net.to(DType.FLOAT64);
    assertThat(net.fc.weight().dtype()).isEqualTo(DType.FLOAT64);
    assertThat(net.mean.dtype()).isEqualTo(DType.FLOAT64);
    assertThat(net.last.dtype()).isEqualTo(DType.FLOAT32);
    assertThat(net.kept).hasSize(2);
    assertThat(net.input.shape()).isEqualTo(Shape.of(3, 2));
  }

  @Test
  void aBufferKeepsNoHistory() {
    var net = new Keeping();
    net.mean = net.fc.weight().select(0, 0).mul(2);

    assertThatThrownBy(() -> net.state())
        .isInstanceOf(LayerException.class)
        .hasMessage(
            "mean is a @Buffer and holds a result [2] with its history, which is no state: assign"
                + " its detach(), or compute it under Autograd.noGrad()");
    assertThatThrownBy(() -> net.to(DType.FLOAT64)).isInstanceOf(LayerException.class);
    assertThat(net.fc.weight().dtype()).isEqualTo(DType.FLOAT32);
    net.mean = net.mean.detach();
    assertThat(net.state()).containsKey("mean");
  }

  /** A tensor that asks for a gradient, but is no parameter. */
  static final class Forgotten implements Layer {
    final Linear fc = new Linear(2, 2);
    final List<Tensor> scales = List.of(Tensor.ones(2).requiresGrad(true));
    transient Tensor given = Tensor.ones(2).requiresGrad(true);

    @Override
    public Tensor forward(Tensor x) {
      return fc.call(x).mul(scales.getFirst()).mul(given);
    }
  }

  record ForgottenBuffer(@Buffer Tensor scale) implements Parameterized {}

  @Test
  void aTensorThatWouldNeverLearnIsRefused() {
    var net = new Forgotten();
    for (ThrowingCallable use :
        List.<ThrowingCallable>of(net::parameters, net::state, () -> net.to(DType.FLOAT64))) {
      assertThatThrownBy(use)
          .isInstanceOf(LayerException.class)
          .hasMessage(
              "scales.0 is a tensor [2] that requires a gradient but is no Parameter, so that no"
                  + " optimizer would find it. To learn it, declare a field `Parameter` and assign"
                  + " new Parameter(...); if the layer only keeps it, make the field transient");
    }
    assertThat(net.fc.weight().dtype()).isEqualTo(DType.FLOAT32);
    net.scales.getFirst().requiresGrad(false);
    assertThat(net.parameters()).hasSize(2);
    var buffer = new ForgottenBuffer(Tensor.ones(1).requiresGrad(true));
    assertThatThrownBy(buffer::namedBuffers).hasMessageContaining("scale is a tensor [1] that");
  }

  @Test
  void aTypeThatParametersCannotHaveChangesNothing() {
    var net = new Keeping();

    assertThatThrownBy(() -> net.to(DType.INT64))
        .isInstanceOf(DTypeException.class)
        .hasMessage("to: parameters are float32 or float64, and cannot become int64");
    assertThat(net.mean.dtype()).isEqualTo(DType.FLOAT32);
    assertThat(net.fc.weight().dtype()).isEqualTo(DType.FLOAT32);
  }

  record Twice(@Buffer @Name("w") Tensor a, @Buffer @Name("w") Tensor b) implements Parameterized {}

  @Test
  void refusesOneNameForTwo() {
    assertThatThrownBy(() -> new Twice(Tensor.zeros(1), Tensor.zeros(1)).state())
        .isInstanceOf(LayerException.class)
        .hasMessageContaining("two tensors of Twice have the name w");
  }
}
