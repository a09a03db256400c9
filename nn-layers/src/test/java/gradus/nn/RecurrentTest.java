package gradus.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import gradus.DType;
import gradus.Generator;
import gradus.Gradus;
import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import gradus.check.GradCheck;
import gradus.nn.Recurrent.Options;
import org.junit.jupiter.api.Test;

class RecurrentTest {
  private static Tensor random(int... dims) {
    return new Generator(7).uniform(-1, 1, Shape.of(dims), DType.FLOAT64);
  }

  @Test
  void namesAndStartAreThoseOfPyTorch() {
    Gradus.seed(1);
    var lstm = new LSTM(new Options(3, 16).withNumLayers(2).withBidirectional(true));
    assertThat(lstm.state().keySet())
        .startsWith(
            "weight_ih_l0",
            "weight_hh_l0",
            "bias_ih_l0",
            "bias_hh_l0",
            "weight_ih_l0_reverse",
            "weight_hh_l0_reverse")
        .contains("weight_ih_l1_reverse", "bias_hh_l1_reverse")
        .hasSize(16);
    assertThat(lstm.parameter("weight_ih_l1").shape()).isEqualTo(Shape.of(64, 32));
    assertThat(lstm.parameter("weight_ih_l1").abs().max().item()).isBetween(0.24, 0.25);
    assertThat(lstm.parameter("bias_hh_l0").abs().max().item()).isBetween(0.2, 0.25);
    assertThat(new GRU(3, 4).parameter("weight_hh_l0").shape()).isEqualTo(Shape.of(12, 4));
    assertThat(new LSTM(new Options(3, 4).withProjSize(2)).state().keySet())
        .containsExactly(
            "weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0", "weight_hr_l0");
  }

  @Test
  void aStepIsTheTextbookFormula() {
    var lstm = new LSTM(1, 1);
    lstm.to(DType.FLOAT64);
    lstm.parameters().forEach(p -> Init.constant(p, 0.5));
    LSTM.Result r = lstm.forward(Tensor.of(new double[][] {{2}}, DType.FLOAT64));
    double gate = 0.5 * 2 + 0.5 + 0.5;
    double sigmoid = 1 / (1 + Math.exp(-gate));
    double c = sigmoid * Math.tanh(gate);
    assertThat(r.state().c().item()).isCloseTo(c, within(1e-14));
    assertThat(r.output().item()).isCloseTo(sigmoid * Math.tanh(c), within(1e-14));
  }

  @Test
  void gradientsOfBothOrders() {
    var lstm = new LSTM(new Options(2, 2).withBidirectional(true));
    var gru = new GRU(new Options(2, 2).withNumLayers(2));
    var rnn = new RNN(new Options(2, 2).withBias(false));
    lstm.to(DType.FLOAT64);
    gru.to(DType.FLOAT64);
    rnn.to(DType.FLOAT64);
    GradCheck check = GradCheck.DEFAULT.withOrder(2);
    check
        .run(
            x -> {
              LSTM.Result r = lstm.forward(x[0], new LSTM.State(x[1], x[2]));
              return Tensor.cat(
                  java.util.List.of(r.output().flatten(), r.state().c().flatten()), 0);
            },
            random(2, 1, 2),
            random(2, 1, 2),
            random(2, 1, 2))
        .assertOk();
    check.run(x -> gru.forward(x[0], x[1]).output(), random(2, 2, 2), random(2, 2, 2)).assertOk();
    check.run(x -> rnn.forward(x).output(), random(3, 2, 2)).assertOk();
  }

  @Test
  void gradientsReachAllWeights() {
    var lstm = new LSTM(new Options(3, 4).withProjSize(2).withBatchFirst(true));
    LSTM.Result r = lstm.forward(new Generator(1).normal(Shape.of(2, 5, 3), DType.FLOAT32));
    assertThat(r.output().shape()).isEqualTo(Shape.of(2, 5, 2));
    assertThat(r.state().h().shape()).isEqualTo(Shape.of(1, 2, 2));
    assertThat(r.state().c().shape()).isEqualTo(Shape.of(1, 2, 4));
    r.output().sum().backward();
    assertThat(lstm.parameters())
        .allSatisfy(p -> assertThat(p.grad().abs().sum().item()).isPositive());
  }

  /** The gradients of first states lie in memory that the next pass may use, unless copied. */
  @Test
  void gradientsOfFirstStatesStayWhatTheyAre() {
    var lstm = new LSTM(8, 64);
    var gru = new GRU(8, 64);
    Tensor x = random(5, 32, 8).to(DType.FLOAT32);
    Tensor h = random(1, 32, 64).to(DType.FLOAT32).requiresGrad(true);
    Tensor c = random(1, 32, 64).to(DType.FLOAT32).mul(2).detach().requiresGrad(true);
    lstm.forward(x, new LSTM.State(h, c)).output().square().sum().backward();
    Tensor ofH = h.grad();
    Tensor ofC = c.grad();
    float[] first = ofH.clone().toFloats();
    float[] second = ofC.clone().toFloats();
    h.setGrad(null);
    c.setGrad(null);
    gru.forward(x, h).output().square().sum().backward();
    Tensor ofGru = h.grad();
    float[] third = ofGru.clone().toFloats();
    for (int i = 0; i < 2; i++) {
      h.setGrad(null);
      Tensor other = x.mul(3);
      lstm.forward(other, new LSTM.State(h.mul(2), c.mul(3))).output().sum().backward();
      gru.forward(other, h.mul(2)).output().sum().backward();
    }
    assertThat(ofH.toFloats()).containsExactly(first);
    assertThat(ofC.toFloats()).containsExactly(second);
    assertThat(ofGru.toFloats()).containsExactly(third);
  }

  @Test
  void layoutsAgree() {
    Gradus.seed(3);
    var time = new LSTM(new Options(3, 4).withNumLayers(2));
    var batch = new LSTM(new Options(3, 4).withNumLayers(2).withBatchFirst(true));
    batch.loadState(time.state());
    Tensor x = new Generator(1).normal(Shape.of(5, 2, 3), DType.FLOAT32);
    LSTM.Result a = time.forward(x);
    LSTM.Result b = batch.forward(x.transpose(0, 1));
    assertThat(b.output().transpose(0, 1).toFloats()).containsExactly(a.output().toFloats());
    assertThat(b.state().h().toFloats()).containsExactly(a.state().h().toFloats());

    LSTM.Result single = time.forward(x.select(1, 0));
    assertThat(single.output().shape()).isEqualTo(Shape.of(5, 4));
    assertThat(single.state().c().shape()).isEqualTo(Shape.of(2, 4));
    double[] expected = a.output().select(1, 0).toDoubles();
    double[] actual = single.output().toDoubles();
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i]).isCloseTo(expected[i], within(1e-6));
    }
  }

  @Test
  void aSequenceInTwoHalvesIsTheSequence() {
    var gru = new GRU(3, 4);
    gru.to(DType.FLOAT64);
    Tensor x = random(6, 2, 3);
    GRU.Result whole = gru.forward(x);
    GRU.Result first = gru.forward(x.narrow(0, 0, 2));
    GRU.Result second = gru.forward(x.narrow(0, 2, 4), first.h());
    assertThat(second.h().toDoubles()).containsExactly(whole.h().toDoubles());
    assertThat(second.output().toDoubles())
        .containsExactly(whole.output().narrow(0, 2, 4).toDoubles());
  }

  @Test
  void dropoutActsBetweenLayersInTraining() {
    var rnn = new RNN(new Options(3, 4).withNumLayers(2).withDropout(0.5));
    Tensor x = new Generator(1).normal(Shape.of(5, 2, 3), DType.FLOAT32);
    assertThat(rnn.isTraining()).isTrue();
    assertThat(rnn.forward(x).output().toFloats()).isNotEqualTo(rnn.forward(x).output().toFloats());
    rnn.eval();
    assertThat(rnn.forward(x).output().toFloats())
        .containsExactly(rnn.forward(x).output().toFloats());
    assertThat(rnn.state()).hasSize(8);
  }

  @Test
  void dropoutLeavesTheLastLayerAlone() {
    Options options = new Options(3, 4).withNumLayers(2).withDropout(0.9);
    Tensor x = new Generator(1).normal(Shape.of(5, 2, 3), DType.FLOAT32);
    assertThat(new LSTM(options).forward(x).output().toFloats()).doesNotContain(0);
    assertThat(new GRU(options).forward(x).output().toFloats()).doesNotContain(0);
    assertThat(new RNN(options).forward(x).output().toFloats()).doesNotContain(0);
    var single = new GRU(new Options(3, 4).withDropout(1)); // there is nothing between its layers
    assertThat(single.forward(x).output().toFloats()).doesNotContain(0);
  }

  @Test
  void theyTellWhatTheyNeed() {
    assertThatThrownBy(() -> new LSTM(3, 4).forward(Tensor.zeros(5, 2, 4)))
        .isInstanceOf(ShapeException.class)
        .hasMessage(
            "LSTM(3, 4): needs [time, n, 3], or [time, 3] without a batch, of at least one step,"
                + " got [5, 2, 4]");
    assertThatThrownBy(() -> new GRU(3, 4).forward(Tensor.zeros(5, 2, 3), Tensor.zeros(1, 3, 4)))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("must be [1, 2, 4], got [1, 3, 4]");
    assertThatThrownBy(() -> new GRU(new Options(3, 4).withProjSize(2)))
        .hasMessageContaining("GRU: only LSTM has projSize");
    assertThatThrownBy(() -> new LSTM(3, 4).parameter("weight"))
        .hasMessageContaining("it has [weight_ih_l0, weight_hh_l0");
  }
}
