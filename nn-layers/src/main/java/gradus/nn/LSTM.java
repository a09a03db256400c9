package gradus.nn;

import gradus.Tensor;
import gradus.op.recurrent.LstmCell;
import gradus.op.recurrent.LstmSequence;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Long short-term memory over whole sequences: {@code torch.nn.LSTM}. Gates lie in the order i, f,
 * g, o. Sequences are [time, n, input], or [n, time, input] with batchFirst, or [time, input]
 * without a batch.
 *
 * <pre>{@code
 * var lstm = new LSTM(new LSTM.Options(32, 128).withNumLayers(2).withBatchFirst(true));
 * LSTM.Result r = lstm.call(x);
 * Tensor last = r.state().h().select(0, -1);
 * }</pre>
 */
public final class LSTM extends Recurrent {
  /**
   * Output and cell state, [layers * directions, n, hidden]; with a projection h has its width.
   * Without a batch there is no n.
   */
  public record State(Tensor h, Tensor c) {}

  /**
   * What comes out.
   *
   * @param output of the last layer at every time, as the input lies; the backward direction behind
   *     the forward one in the last dimension
   * @param state after the last step of each layer and direction
   */
  public record Result(Tensor output, State state) {}

  /** One layer in one direction. */
  public LSTM(int inputSize, int hiddenSize) {
    this(new Options(inputSize, hiddenSize));
  }

  /** In one direction, with stacked layers. */
  public LSTM(int inputSize, int hiddenSize, int numLayers) {
    this(new Options(inputSize, hiddenSize).withNumLayers(numLayers));
  }

  /** With all settings; all parameters start uniform in +-1 / sqrt(hiddenSize). */
  public LSTM(Options options) {
    super("LSTM", options, 4, options.width(), options.hiddenSize());
  }

  /** Runs the layer from a state of zeros: {@link Layer#call}. */
  public Result call(Tensor x) {
    return call(x, null);
  }

  /** Runs the layer from a given state, null for zeros: {@link Layer#call}. */
  public Result call(Tensor x, @Nullable State state) {
    return Layers.call(this, in -> forward(in.get(0), in.get(1)), x, state);
  }

  /** From a state of zeros. */
  public Result forward(Tensor x) {
    return forward(x, null);
  }

  /** From a given state; null for zeros. */
  public Result forward(Tensor x, @Nullable State state) {
    List<Tensor> r = run(x, state == null ? null : state.h(), state == null ? null : state.c());
    return new Result(r.get(0), new State(r.get(1), r.get(2)));
  }

  @Override
  Pass pass(Weights weights, Tensor x, List<Tensor> first) {
    Tensor bias = bias(weights);
    Tensor h = first.get(0);
    Tensor c = first.get(1);
    int steps = x.size(0);
    if (weights.hr() == null) {
      var sequence = new LstmSequence();
      Tensor dense = x.contiguous();
      Tensor[] results =
          bias == null
              ? sequence.applyAll(h, c, dense, weights.ih(), weights.hh())
              : sequence.applyAll(h, c, dense, weights.ih(), weights.hh(), bias);
      return new Pass(results[0], List.of(results[0].select(0, -1), results[1]));
    }
    Tensor gates = project(x, weights.ih(), bias);
    Tensor back = weights.hh().transpose();
    var outputs = new ArrayList<Tensor>();
    for (int t = 0; t < steps; t++) {
      LstmCell.States next = LstmCell.step(gates.select(0, t).add(h.matmul(back)), c);
      c = next.c();
      h = next.h().matmul(weights.hr().transpose());
      outputs.add(h);
    }
    return new Pass(Tensor.stack(outputs, 0), List.of(h, c));
  }
}
