package gradus.nn;

import gradus.DType;
import gradus.Generator;
import gradus.Parameter;
import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * What LSTM, GRU and RNN share: layers one above the other, each in one direction or two, their
 * parameters under PyTorch's names ({@code weight_ih_l0}, {@code bias_hh_l1_reverse}), all uniform
 * in +-1 / sqrt(hidden) from the start.
 */
public abstract sealed class Recurrent implements Parameterized permits LSTM, GRU, RNN {
  /**
   * What a recurrent layer is made of, with PyTorch's names and defaults. Options are values: each
   * {@code with} gives a copy.
   */
  public static final class Options extends LayerOptions<Options> {
    private final int inputSize;
    private final int hiddenSize;
    private int numLayers = 1;
    private boolean bias = true;
    private boolean batchFirst;
    private double dropout;
    private boolean bidirectional;
    private int projSize;
    private String nonlinearity = "tanh";

    /**
     * One layer in one direction, with bias, for sequences [time, n, inputSize].
     *
     * @param inputSize the width of the input
     * @param hiddenSize the width of the state
     */
    public Options(int inputSize, int hiddenSize) {
      this.inputSize = inputSize;
      this.hiddenSize = hiddenSize;
      check();
    }

    /** With a number of stacked layers. */
    public Options withNumLayers(int n) {
      return with(o -> o.numLayers = n);
    }

    /** With biases, or without. */
    public Options withBias(boolean on) {
      return with(o -> o.bias = on);
    }

    /** For sequences [n, time, width] instead of [time, n, width], or not. */
    public Options withBatchFirst(boolean on) {
      return with(o -> o.batchFirst = on);
    }

    /** In training, outputs of all layers but the last are dropped with this probability. */
    public Options withDropout(double p) {
      return with(o -> o.dropout = p);
    }

    /**
     * With a second set of cells that reads each sequence backwards, or without; its outputs come
     * behind those of the first.
     */
    public Options withBidirectional(boolean on) {
      return with(o -> o.bidirectional = on);
    }

    /** With outputs projected to a smaller width, LSTM only; 0 for none. */
    public Options withProjSize(int width) {
      return with(o -> o.projSize = width);
    }

    /** With "tanh" or "relu", RNN only. */
    public Options withNonlinearity(String name) {
      return with(o -> o.nonlinearity = name);
    }

    public int inputSize() {
      return inputSize;
    }

    public int hiddenSize() {
      return hiddenSize;
    }

    public int numLayers() {
      return numLayers;
    }

    public boolean bias() {
      return bias;
    }

    public boolean batchFirst() {
      return batchFirst;
    }

    public double dropout() {
      return dropout;
    }

    public boolean bidirectional() {
      return bidirectional;
    }

    public int projSize() {
      return projSize;
    }

    public String nonlinearity() {
      return nonlinearity;
    }

    int directions() {
      return bidirectional ? 2 : 1;
    }

    /** The width of an output of one direction. */
    int width() {
      return projSize > 0 ? projSize : hiddenSize;
    }

    @Override
    List<Object> values() {
      return List.of(
          inputSize,
          hiddenSize,
          numLayers,
          bias,
          batchFirst,
          dropout,
          bidirectional,
          projSize,
          nonlinearity);
    }

    @Override
    String brief() {
      return "%d, %d".formatted(inputSize, hiddenSize)
          + (numLayers > 1 ? ", numLayers=" + numLayers : "")
          + (bias ? "" : ", bias=false")
          + (batchFirst ? ", batchFirst=true" : "")
          + (dropout > 0 ? ", dropout=" + dropout : "")
          + (bidirectional ? ", bidirectional=true" : "")
          + (projSize > 0 ? ", projSize=" + projSize : "")
          + (nonlinearity.equals("tanh") ? "" : ", nonlinearity=" + nonlinearity);
    }

    @Override
    void check() {
      if (inputSize < 1 || hiddenSize < 1 || numLayers < 1) {
        throw new IllegalArgumentException(
            "recurrent layer: sizes must be positive, got inputSize %d, hiddenSize %d, numLayers %d"
                .formatted(inputSize, hiddenSize, numLayers));
      }
      if (projSize < 0 || projSize >= hiddenSize) {
        throw new IllegalArgumentException(
            "recurrent layer: projSize must be smaller than hiddenSize %d, got %d"
                .formatted(hiddenSize, projSize));
      }
      Dropout.requireProbability("recurrent layer, dropout", dropout);
      if (!nonlinearity.equals("tanh") && !nonlinearity.equals("relu")) {
        throw new IllegalArgumentException(
            "recurrent layer: nonlinearity must be \"tanh\" or \"relu\", got \"%s\""
                .formatted(nonlinearity));
      }
    }
  }

  /** The parameters of one direction of one layer. */
  record Weights(
      Parameter ih,
      Parameter hh,
      @Nullable Parameter biasIh,
      @Nullable Parameter biasHh,
      @Nullable Parameter hr) {}

  /** The outputs [time, n, width] of one direction of one layer, and its last states [n, ...]. */
  record Pass(Tensor output, List<Tensor> last) {}

  @Name("")
  private final SequencedMap<String, Parameter> parameters = new LinkedHashMap<>();

  private final Options options;
  private final int[] stateWidths;

  /**
   * Makes the parameters.
   *
   * @param gates how many rows of weights each unit has
   * @param stateWidths the width of each kind of state
   */
  Recurrent(String name, Options options, int gates, int... stateWidths) {
    requireOwn(name, "LSTM", "projSize", options.projSize() == 0);
    requireOwn(name, "RNN", "nonlinearity", options.nonlinearity().equals("tanh"));
    this.options = options;
    this.stateWidths = stateWidths;
    int rows = gates * options.hiddenSize();
    for (int layer = 0; layer < options.numLayers(); layer++) {
      for (int d = 0; d < options.directions(); d++) {
        String end = suffix(layer, d);
        int in = layer == 0 ? options.inputSize() : options.directions() * options.width();
        parameters.put("weight_ih" + end, fresh(rows, in));
        parameters.put("weight_hh" + end, fresh(rows, options.width()));
        if (options.bias()) {
          parameters.put("bias_ih" + end, fresh(rows));
          parameters.put("bias_hh" + end, fresh(rows));
        }
        if (options.projSize() > 0) {
          parameters.put("weight_hr" + end, fresh(options.projSize(), options.hiddenSize()));
        }
      }
    }
  }

  private static void requireOwn(String name, String owner, String option, boolean isDefault) {
    if (!isDefault && !name.equals(owner)) {
      throw new IllegalArgumentException("%s: only %s has %s".formatted(name, owner, option));
    }
  }

  private static String suffix(int layer, int direction) {
    return "_l" + layer + (direction == 1 ? "_reverse" : "");
  }

  private Parameter fresh(int... dims) {
    double bound = 1 / Math.sqrt(options.hiddenSize());
    return new Parameter(Generator.current().uniform(-bound, bound, Shape.of(dims), DType.FLOAT32));
  }

  /** The cells along a sequence [time, n, in], given the first states [n, ...]. */
  abstract Pass pass(Weights weights, Tensor x, List<Tensor> first);

  /** The outputs, and then the last states of each kind, [layers * directions, n, ...]. */
  final List<Tensor> run(Tensor input, @Nullable Tensor... states) {
    boolean single = input.rank() == 2;
    Tensor x = single ? input.unsqueeze(1) : options.batchFirst() ? swapped(input) : input;
    if (x.rank() != 3 || x.size(2) != options.inputSize() || x.size(0) == 0) {
      throw new ShapeException(
          "%s: needs %s, or [time, %d] without a batch, of at least one step, got %s"
              .formatted(
                  this,
                  (options.batchFirst() ? "[n, time, %d]" : "[time, n, %d]")
                      .formatted(options.inputSize()),
                  options.inputSize(),
                  input.shape()));
    }
    boolean training = isTraining();
    List<Tensor> first = first(x, single, states);
    var last = new ArrayList<List<Tensor>>();
    first.forEach(kind -> last.add(new ArrayList<>()));
    for (int layer = 0; layer < options.numLayers(); layer++) {
      var outputs = new ArrayList<Tensor>();
      for (int d = 0; d < options.directions(); d++) {
        int at = layer * options.directions() + d;
        List<Tensor> begin = first.stream().map(s -> s.select(0, at)).toList();
        Pass pass = pass(weights(layer, d), d == 1 ? x.flip(0) : x, begin);
        outputs.add(d == 1 ? pass.output().flip(0) : pass.output());
        for (int k = 0; k < stateWidths.length; k++) {
          last.get(k).add(pass.last().get(k));
        }
      }
      x = outputs.size() == 1 ? outputs.getFirst() : Tensor.cat(outputs, 2);
      x = layer < options.numLayers() - 1 ? F.dropout(x, options.dropout(), training) : x;
    }
    var result = new ArrayList<Tensor>();
    result.add(single ? x.squeeze(1) : options.batchFirst() ? swapped(x) : x);
    for (List<Tensor> kind : last) {
      Tensor stacked = Tensor.stack(kind, 0);
      result.add(single ? stacked.squeeze(1) : stacked);
    }
    return result;
  }

  private static Tensor swapped(Tensor x) {
    return x.rank() == 3 ? x.transpose(0, 1) : x;
  }

  /** The first states of each kind [layers * directions, n, width], zero if not given. */
  private List<Tensor> first(Tensor x, boolean single, @Nullable Tensor... states) {
    var first = new ArrayList<Tensor>();
    for (int k = 0; k < stateWidths.length; k++) {
      Shape shape = Shape.of(options.numLayers() * options.directions(), x.size(1), stateWidths[k]);
      Tensor given = states[k];
      if (given == null) {
        first.add(Tensor.zeros(shape, x.dtype()));
        continue;
      }
      Tensor state = single && given.rank() == 2 ? given.unsqueeze(1) : given;
      if (!state.shape().equals(shape)) {
        throw new ShapeException(
            "%s: a first state for input %s must be %s, got %s"
                .formatted(this, x.shape(), shape, given.shape()));
      }
      first.add(state);
    }
    return first;
  }

  private Weights weights(int layer, int direction) {
    String end = suffix(layer, direction);
    return new Weights(
        Objects.requireNonNull(parameters.get("weight_ih" + end)),
        Objects.requireNonNull(parameters.get("weight_hh" + end)),
        parameters.get("bias_ih" + end),
        parameters.get("bias_hh" + end),
        parameters.get("weight_hr" + end));
  }

  /** What the input contributes to the gates of all steps, in one product: [time, n, rows]. */
  static Tensor project(Tensor x, Parameter weight, @Nullable Tensor bias) {
    Tensor y = F.linear(x.reshape(x.size(0) * x.size(1), x.size(2)), weight, bias);
    return y.reshape(x.size(0), x.size(1), weight.size(0));
  }

  /** The sum of both biases, null if there are none. */
  static @Nullable Tensor bias(Weights weights) {
    return weights.biasIh() == null || weights.biasHh() == null
        ? null
        : weights.biasIh().add(weights.biasHh());
  }

  /** The settings that it was made with. */
  public final Options options() {
    return options;
  }

  /** A parameter by its PyTorch name, as in {@code parameter("weight_ih_l0")}. */
  public final Parameter parameter(String name) {
    Parameter found = parameters.get(name);
    if (found == null) {
      throw new IllegalArgumentException(
          "%s has no parameter %s; it has %s".formatted(this, name, parameters.keySet()));
    }
    return found;
  }

  @Override
  public final String settings() {
    return options.brief();
  }

  @Override
  public final String toString() {
    return describe();
  }
}
