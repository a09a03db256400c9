package gradus.oracle;

import gradus.Tensor;
import gradus.nn.GRU;
import gradus.nn.LSTM;
import gradus.nn.RNN;
import gradus.nn.Recurrent.Options;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class RecurrentCasesTest {
  @TestFactory
  Stream<DynamicTest> sequences() {
    return OracleCase.tests("rnn", Set.of("lstm", "gru", "rnn"), RecurrentCasesTest::sequence);
  }

  private static void sequence(OracleCase c) {
    boolean bias = !Boolean.FALSE.equals(c.attrs().get("bias"));
    Options options =
        new Options((int) c.number("input_size", 0), (int) c.number("hidden_size", 0))
            .withNumLayers((int) c.number("num_layers", 1))
            .withBias(bias)
            .withBatchFirst(true)
            .withBidirectional(c.flag("bidirectional"))
            .withNonlinearity(c.text("nonlinearity", "tanh"));
    Tensor x = c.in("input");
    Tensor h = c.in("h0");
    switch (c.op()) {
      case "lstm" ->
          c.check(
              new LSTM(options),
              l -> {
                LSTM.Result r = l.forward(x, new LSTM.State(h, c.in("c0")));
                return Map.of("out0", r.output(), "out1", r.state().h(), "out2", r.state().c());
              });
      case "gru" ->
          c.check(
              new GRU(options),
              l -> {
                GRU.Result r = l.forward(x, h);
                return Map.of("out0", r.output(), "out1", r.h());
              });
      case "rnn" ->
          c.check(
              new RNN(options),
              l -> {
                RNN.Result r = l.forward(x, h);
                return Map.of("out0", r.output(), "out1", r.h());
              });
      default -> throw new IllegalArgumentException(c.op());
    }
  }
}
