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
   * The settings.
   *
   * @param input the width of the input
   * @param hidden the width of the state
   * @param layers how many layers lie one above the other
   * @param batchFirst whether sequences come as [n, time, width] instead of [time, n, width]
   * @param dropout with which probability an output of a layer but the last is dropped in training
   * @param bidirectional whether a second set of cells reads each sequence backwards; its outputs
   *     come behind those of the first
   * @param projection the width to which outputs are projected, LSTM only; 0 for none
   */
  public record Settings(
      int input,
      int hidden,
      int layers,
      boolean bias,
      boolean batchFirst,
      double dropout,
      boolean bidirectional,
      int projection) {
    public Settings {
      if (input < 1 || hidden < 1 || layers < 1 || projection < 0 || projection >= hidden) {
        throw new IllegalArgumentException(
            ("recurrent layer: needs positive sizes and a projection smaller than the state, got"
                    + " input %d, hidden %d, layers %d, projection %d")
                .formatted(input, hidden, layers, projection));
      }
      if (!(dropout >= 0 && dropout <= 1)) {
        throw new IllegalArgumentException(
            "recurrent layer: dropout must be in [0, 1], got " + dropout);
      }
    }

    /** One layer in one direction, with bias, [time, n, width]. */
    public Settings(int input, int hidden) {
      this(input, hidden, 1, true, false, 0, false, 0);
    }

    public Settings layers(int n) {
      return new Settings(input, hidden, n, bias, batchFirst, dropout, bidirectional, projection);
    }

    public Settings bias(boolean on) {
      return new Settings(
          input, hidden, layers, on, batchFirst, dropout, bidirectional, projection);
    }

    public Settings batchFirst(boolean on) {
      return new Settings(input, hidden, layers, bias, on, dropout, bidirectional, projection);
    }

    public Settings dropout(double p) {
      return new Settings(input, hidden, layers, bias, batchFirst, p, bidirectional, projection);
    }

    public Settings bidirectional(boolean on) {
      return new Settings(input, hidden, layers, bias, batchFirst, dropout, on, projection);
    }

    public Settings projection(int width) {
      return new Settings(input, hidden, layers, bias, batchFirst, dropout, bidirectional, width);
    }

    int directions() {
      return bidirectional ? 2 : 1;
    }

    /** The width of an output of one direction. */
    int width() {
      return projection > 0 ? projection : hidden;
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

  private final Settings settings;
  private final transient Dropout dropout; // an own part would change names and description
  private final int[] stateWidths;

  /**
   * Makes the parameters.
   *
   * @param gates how many rows of weights each unit has
   * @param stateWidths the width of each kind of state
   */
  Recurrent(Settings settings, int gates, int... stateWidths) {
    this.settings = settings;
    this.dropout = new Dropout(settings.dropout());
    this.stateWidths = stateWidths;
    int rows = gates * settings.hidden();
    for (int layer = 0; layer < settings.layers(); layer++) {
      for (int d = 0; d < settings.directions(); d++) {
        String end = suffix(layer, d);
        int in = layer == 0 ? settings.input() : settings.directions() * settings.width();
        parameters.put("weight_ih" + end, fresh(rows, in));
        parameters.put("weight_hh" + end, fresh(rows, settings.width()));
        if (settings.bias()) {
          parameters.put("bias_ih" + end, fresh(rows));
          parameters.put("bias_hh" + end, fresh(rows));
        }
        if (settings.projection() > 0) {
          parameters.put("weight_hr" + end, fresh(settings.projection(), settings.hidden()));
        }
      }
    }
  }

  private static String suffix(int layer, int direction) {
    return "_l" + layer + (direction == 1 ? "_reverse" : "");
  }

  private Parameter fresh(int... dims) {
    double bound = 1 / Math.sqrt(settings.hidden());
    return new Parameter(Generator.current().uniform(-bound, bound, Shape.of(dims), DType.FLOAT32));
  }

  /** The cells along a sequence [time, n, in], given the first states [n, ...]. */
  abstract Pass pass(Weights weights, Tensor x, List<Tensor> first);

  /** The outputs, and then the last states of each kind, [layers * directions, n, ...]. */
  final List<Tensor> run(Tensor input, @Nullable Tensor... states) {
    boolean single = input.rank() == 2;
    Tensor x = single ? input.unsqueeze(1) : settings.batchFirst() ? swapped(input) : input;
    if (x.rank() != 3 || x.size(2) != settings.input() || x.size(0) == 0) {
      throw new ShapeException(
          "%s: needs %s, or [time, %d] without a batch, of at least one step, got %s"
              .formatted(
                  this,
                  (settings.batchFirst() ? "[n, time, %d]" : "[time, n, %d]")
                      .formatted(settings.input()),
                  settings.input(),
                  input.shape()));
    }
    List<Tensor> first = first(x, single, states);
    var last = new ArrayList<List<Tensor>>();
    first.forEach(kind -> last.add(new ArrayList<>()));
    for (int layer = 0; layer < settings.layers(); layer++) {
      var outputs = new ArrayList<Tensor>();
      for (int d = 0; d < settings.directions(); d++) {
        int at = layer * settings.directions() + d;
        List<Tensor> begin = first.stream().map(s -> s.select(0, at)).toList();
        Pass pass = pass(weights(layer, d), d == 1 ? x.flip(0) : x, begin);
        outputs.add(d == 1 ? pass.output().flip(0) : pass.output());
        for (int k = 0; k < stateWidths.length; k++) {
          last.get(k).add(pass.last().get(k));
        }
      }
      x = outputs.size() == 1 ? outputs.getFirst() : Tensor.cat(outputs, 2);
      x = layer < settings.layers() - 1 && isTraining() ? dropout.forward(x) : x;
    }
    var result = new ArrayList<Tensor>();
    result.add(single ? x.squeeze(1) : settings.batchFirst() ? swapped(x) : x);
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
      Shape shape = Shape.of(settings.layers() * settings.directions(), x.size(1), stateWidths[k]);
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
    Tensor y = x.reshape(x.size(0) * x.size(1), x.size(2)).linear(weight, bias);
    return y.reshape(x.size(0), x.size(1), weight.size(0));
  }

  /** The sum of both biases, null if there are none. */
  static @Nullable Tensor bias(Weights weights) {
    return weights.biasIh() == null || weights.biasHh() == null
        ? null
        : weights.biasIh().add(weights.biasHh());
  }

  /** What was asked for. */
  public final Settings sizes() {
    return settings;
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
  public String settings() {
    var text = new StringBuilder("%d, %d".formatted(settings.input(), settings.hidden()));
    text.append(settings.layers() > 1 ? ", layers=" + settings.layers() : "");
    text.append(settings.bias() ? "" : ", bias=false");
    text.append(settings.batchFirst() ? ", batchFirst=true" : "");
    text.append(settings.dropout() > 0 ? ", dropout=" + settings.dropout() : "");
    text.append(settings.bidirectional() ? ", bidirectional=true" : "");
    text.append(settings.projection() > 0 ? ", projection=" + settings.projection() : "");
    return text.toString();
  }

  @Override
  public String toString() {
    return getClass().getSimpleName() + "(" + settings() + ")";
  }
}
