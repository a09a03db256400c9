package gradus.nn;

import gradus.Tensor;
import gradus.op.recurrent.GruSequence;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gated recurrent units over whole sequences: {@code torch.nn.GRU}. Gates lie in the order r, z, n.
 * Sequences are [time, n, input], or [n, time, input] with batchFirst, or [time, input] without a
 * batch.
 */
public final class GRU extends Recurrent {
  /**
   * What comes out.
   *
   * @param output of the last layer at every time, as the input lies; the backward direction behind
   *     the forward one in the last dimension
   * @param h the state after the last step, [layers * directions, n, hidden]
   */
  public record Result(Tensor output, Tensor h) {}

  /** One layer in one direction. */
  public GRU(int inputSize, int hiddenSize) {
    this(new Options(inputSize, hiddenSize));
  }

  /** In one direction, with stacked layers. */
  public GRU(int inputSize, int hiddenSize, int numLayers) {
    this(new Options(inputSize, hiddenSize).withNumLayers(numLayers));
  }

  /** With all settings; all parameters start uniform in +-1 / sqrt(hiddenSize). */
  public GRU(Options options) {
    super("GRU", options, 3, options.hiddenSize());
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
    Tensor h = first.getFirst();
    Tensor dense = x.contiguous();
    var sequence = new GruSequence();
    Tensor[] results =
        weights.biasIh() == null || weights.biasHh() == null
            ? sequence.applyAll(h, dense, weights.ih(), weights.hh())
            : sequence.applyAll(
                h, dense, weights.ih(), weights.hh(), weights.biasIh(), weights.biasHh());
    return new Pass(results[0], List.of(results[0].select(0, -1)));
  }
}
