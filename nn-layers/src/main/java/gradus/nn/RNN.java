package gradus.nn;

import gradus.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Simple recurrent units over whole sequences, {@code h' = tanh(W x + b + U h + c)}: {@code
 * torch.nn.RNN}. Elman, "Finding structure in time", Cognitive Science 14, 1990. Sequences are
 * [time, n, input], or [n, time, input] with batchFirst, or [time, input] without a batch.
 */
public final class RNN extends Recurrent {
  /**
   * What comes out.
   *
   * @param output of the last layer at every time, as the input lies; the backward direction behind
   *     the forward one in the last dimension
   * @param h the state after the last step, [layers * directions, n, hidden]
   */
  public record Result(Tensor output, Tensor h) {}

  /** One layer in one direction, with tanh. */
  public RNN(int inputSize, int hiddenSize) {
    this(new Options(inputSize, hiddenSize));
  }

  /** In one direction, with stacked layers and tanh. */
  public RNN(int inputSize, int hiddenSize, int numLayers) {
    this(new Options(inputSize, hiddenSize).withNumLayers(numLayers));
  }

  /** With all settings; all parameters start uniform in +-1 / sqrt(hiddenSize). */
  public RNN(Options options) {
    super("RNN", options, 1, options.hiddenSize());
  }

  /** Runs the layer from a state of zeros: {@link Layer#call}. */
  public Result call(Tensor x) {
    return call(x, null);
  }

  /** Runs the layer from a given state, null for zeros: {@link Layer#call}. */
  public Result call(Tensor x, @Nullable Tensor h) {
    return Layers.call(this, in -> forward(in.get(0), in.get(1)), x, h);
  }

  /** From a state of zeros. */
  public Result forward(Tensor x) {
    return forward(x, null);
  }

  /** From a given state; null for zeros. */
  public Result forward(Tensor x, @Nullable Tensor h) {
    List<Tensor> r = run(x, h);
    return new Result(r.get(0), r.get(1));
  }

  @Override
  Pass pass(Weights weights, Tensor x, List<Tensor> first) {
    Tensor gates = project(x, weights.ih(), bias(weights));
    Tensor back = weights.hh().transpose();
    Tensor h = first.getFirst();
    boolean relu = options().nonlinearity().equals("relu");
    var outputs = new ArrayList<Tensor>();
    for (int t = 0; t < x.size(0); t++) {
      Tensor y = gates.select(0, t).add(h.matmul(back));
      h = relu ? y.relu() : y.tanh();
      outputs.add(h);
    }
    return new Pass(Tensor.stack(outputs, 0), List.of(h));
  }
}
