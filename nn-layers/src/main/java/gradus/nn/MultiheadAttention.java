package gradus.nn;

import gradus.Parameter;
import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Attention in several heads side by side, with learned projections: {@code
 * torch.nn.MultiheadAttention}. Vaswani et al., "Attention Is All You Need", 2017.
 */
public final class MultiheadAttention implements Parameterized {
  /**
   * The settings.
   *
   * @param width of queries and results; a multiple of heads
   * @param bias whether projections have one
   * @param addBiasKv whether a learned key and value is added to every sequence
   * @param addZeroAttn whether a key and value of zeros is added to every sequence
   * @param keyWidth the width of keys, mostly {@code width}
   * @param valueWidth the width of values, mostly {@code width}
   * @param batchFirst whether sequences come as [n, time, width] instead of [time, n, width]
   */
  public record Settings(
      int width,
      int heads,
      double dropout,
      boolean bias,
      boolean addBiasKv,
      boolean addZeroAttn,
      int keyWidth,
      int valueWidth,
      boolean batchFirst) {
    public Settings {
      if (heads < 1 || width < 1 || width % heads != 0) {
        throw new IllegalArgumentException(
            "MultiheadAttention: a width of %d does not divide into %d heads"
                .formatted(width, heads));
      }
      if (!(dropout >= 0 && dropout <= 1)) {
        throw new IllegalArgumentException(
            "MultiheadAttention: dropout must be in [0, 1], got " + dropout);
      }
    }

    /** With bias, without dropout, [time, n, width]. */
    public Settings(int width, int heads) {
      this(width, heads, 0, true, false, false, width, width, false);
    }

    public Settings dropout(double p) {
      return new Settings(
          width, heads, p, bias, addBiasKv, addZeroAttn, keyWidth, valueWidth, batchFirst);
    }

    public Settings bias(boolean on) {
      return new Settings(
          width, heads, dropout, on, addBiasKv, addZeroAttn, keyWidth, valueWidth, batchFirst);
    }

    public Settings addBiasKv(boolean on) {
      return new Settings(
          width, heads, dropout, bias, on, addZeroAttn, keyWidth, valueWidth, batchFirst);
    }

    public Settings addZeroAttn(boolean on) {
      return new Settings(
          width, heads, dropout, bias, addBiasKv, on, keyWidth, valueWidth, batchFirst);
    }

    public Settings keyWidth(int n) {
      return new Settings(
          width, heads, dropout, bias, addBiasKv, addZeroAttn, n, valueWidth, batchFirst);
    }

    public Settings valueWidth(int n) {
      return new Settings(
          width, heads, dropout, bias, addBiasKv, addZeroAttn, keyWidth, n, batchFirst);
    }

    public Settings batchFirst(boolean on) {
      return new Settings(
          width, heads, dropout, bias, addBiasKv, addZeroAttn, keyWidth, valueWidth, on);
    }

    boolean packed() {
      return keyWidth == width && valueWidth == width;
    }
  }

  /**
   * What comes out.
   *
   * @param output as the query lies
   * @param weights [n, l, s], or [n, heads, l, s] if not averaged; without n if there is no batch;
   *     null if not wanted
   */
  public record Result(Tensor output, @Nullable Tensor weights) {}

  @Name("in_proj_weight")
  private final @Nullable Parameter inWeight;

  @Name("q_proj_weight")
  private final @Nullable Parameter queryWeight;

  @Name("k_proj_weight")
  private final @Nullable Parameter keyWeight;

  @Name("v_proj_weight")
  private final @Nullable Parameter valueWeight;

  @Name("in_proj_bias")
  private final @Nullable Parameter inBias;

  @Name("bias_k")
  private final @Nullable Parameter keyBias;

  @Name("bias_v")
  private final @Nullable Parameter valueBias;

  @Name("out_proj")
  private final Linear out;

  private final Settings settings;

  /** With bias, without dropout, [time, n, width]. */
  public MultiheadAttention(int width, int heads) {
    this(new Settings(width, heads));
  }

  /** Weights start Xavier uniform, biases 0, as in PyTorch. */
  public MultiheadAttention(Settings settings) {
    this.settings = settings;
    int e = settings.width();
    boolean packed = settings.packed();
    this.inWeight = packed ? xavier(3 * e, e) : null;
    this.queryWeight = packed ? null : xavier(e, e);
    this.keyWeight = packed ? null : xavier(e, settings.keyWidth());
    this.valueWeight = packed ? null : xavier(e, settings.valueWidth());
    this.inBias = settings.bias() ? new Parameter(Tensor.zeros(3 * e)) : null;
    this.keyBias = settings.addBiasKv() ? added(e) : null;
    this.valueBias = settings.addBiasKv() ? added(e) : null;
    Linear last = new Linear(e, e, settings.bias());
    if (last.bias() != null) {
      Init.zeros(last.bias());
    }
    this.out = last;
  }

  private static Parameter xavier(int rows, int cols) {
    return Init.xavierUniform(new Parameter(Tensor.zeros(rows, cols)));
  }

  private static Parameter added(int width) {
    return Init.xavierNormal(new Parameter(Tensor.zeros(1, 1, width)));
  }

  /** Without masks; with weights, averaged over the heads. */
  public Result call(Tensor query, Tensor key, Tensor value) {
    return call(query, key, value, null, true, null, true, false);
  }

  /** Runs the layer with all settings, which are those of {@code forward}: {@link Layer#call}. */
  public Result call(
      Tensor query,
      Tensor key,
      Tensor value,
      @Nullable Tensor keyPaddingMask,
      boolean needWeights,
      @Nullable Tensor attnMask,
      boolean averageAttnWeights,
      boolean isCausal) {
    return Layers.call(
        this,
        in ->
            forward(
                in.get(0), in.get(1), in.get(2), in.get(3), in.get(4), in.get(5), in.get(6),
                in.get(7)),
        query,
        key,
        value,
        keyPaddingMask,
        needWeights,
        attnMask,
        averageAttnWeights,
        isCausal);
  }

  /** Without masks; with weights, averaged over the heads. */
  public Result forward(Tensor query, Tensor key, Tensor value) {
    return forward(query, key, value, null, true, null, true, false);
  }

  /**
   * With all settings.
   *
   * @param keyPaddingMask [n, s] over the keys, or [s] without a batch: bool, true for keys to be
   *     ignored, or numbers that are added
   * @param needWeights whether the weights are wanted
   * @param attnMask [l, s] or [n * heads, l, s]: bool, true where attention is not allowed (the
   *     opposite of {@link Attention}, as in PyTorch), or numbers that are added
   * @param averageAttnWeights whether the weights are averaged over the heads
   * @param isCausal whether position i attends to positions 0 to i only, beside what masks say
   */
  public Result forward(
      Tensor query,
      Tensor key,
      Tensor value,
      @Nullable Tensor keyPaddingMask,
      boolean needWeights,
      @Nullable Tensor attnMask,
      boolean averageAttnWeights,
      boolean isCausal) {
    check(query, key, value);
    boolean single = query.rank() == 2;
    Tensor[] x = projected(query, key, value);
    int n = x[0].size(0);
    int l = x[0].size(1);
    Tensor padding =
        single && keyPaddingMask != null ? keyPaddingMask.unsqueeze(0) : keyPaddingMask;
    var masks = new AttentionMasks(n, settings.heads(), l, x[1].size(1));
    Tensor k = x[1];
    Tensor v = x[2];
    if (keyBias != null && valueBias != null) {
      k = Tensor.cat(List.of(k, keyBias.expand(n, 1, settings.width())), 1);
      v = Tensor.cat(List.of(v, valueBias.expand(n, 1, settings.width())), 1);
    }
    if (settings.addZeroAttn()) {
      Tensor zero = Tensor.zeros(Shape.of(n, 1, settings.width()), k.dtype());
      k = Tensor.cat(List.of(k, zero), 1);
      v = Tensor.cat(List.of(v, zero), 1);
    }
    boolean causalOnly =
        isCausal && !needWeights && attnMask == null && padding == null && k.size(1) == masks.s();
    Tensor mask =
        causalOnly ? null : masks.merged(attnMask, padding, isCausal, k.size(1), k.dtype());
    double dropout = isTraining() ? settings.dropout() : 0;
    Tensor q = heads(x[0]);
    Tensor y;
    Tensor weights = null;
    if (needWeights) {
      double scale = 1 / Math.sqrt(q.size(-1));
      weights = Attention.weights(q, heads(k), mask, scale, dropout);
      y = weights.matmul(heads(v));
      weights = averageAttnWeights ? weights.mean(1) : weights;
      weights = single ? weights.squeeze(0) : weights;
    } else {
      y = Attention.scaledDotProduct(q, heads(k), heads(v), mask, dropout, causalOnly, null, false);
    }
    Tensor result = out.call(y.transpose(1, 2).reshape(n * l, settings.width()));
    result = result.reshape(n, l, settings.width());
    result = single ? result.squeeze(0) : settings.batchFirst() ? result : result.transpose(0, 1);
    return new Result(result, weights);
  }

  /** [n, time, width], whatever way it came. */
  private Tensor batched(Tensor x) {
    return x.rank() == 2 ? x.unsqueeze(0) : settings.batchFirst() ? x : x.transpose(0, 1);
  }

  /** [n, time, width] -> [n, heads, time, width / heads]. */
  private Tensor heads(Tensor x) {
    int each = settings.width() / settings.heads();
    return x.reshape(x.size(0), x.size(1), settings.heads(), each).transpose(1, 2);
  }

  /** Query, key and value projected, views [n, time, width]; equal ones by one product. */
  private Tensor[] projected(Tensor... x) {
    int e = settings.width();
    Tensor[] result = new Tensor[3];
    for (int i = 0; i < 3; ) {
      int end = i + 1;
      while (inWeight != null && end < 3 && x[end] == x[i]) {
        end++;
      }
      Tensor weight = inWeight != null ? part(inWeight, i, end) : separate(i);
      Tensor y = x[i].linear(weight, inBias == null ? null : part(inBias, i, end));
      for (int j = i; j < end; j++) {
        result[j] = batched(y.narrow(-1, (j - i) * e, e));
      }
      i = end;
    }
    return result;
  }

  /** What belongs to the projections from {@code i} to before {@code end}. */
  private Tensor part(Parameter all, int i, int end) {
    int e = settings.width();
    return end - i == 3 ? all : all.narrow(0, i * e, (end - i) * e);
  }

  private Parameter separate(int i) {
    return Objects.requireNonNull(i == 0 ? queryWeight : i == 1 ? keyWeight : valueWeight);
  }

  private void check(Tensor query, Tensor key, Tensor value) {
    int rank = query.rank();
    int time = rank == 2 ? 0 : settings.batchFirst() ? 1 : 0;
    boolean fits =
        (rank == 2 || rank == 3)
            && key.rank() == rank
            && value.rank() == rank
            && query.size(-1) == settings.width()
            && key.size(-1) == settings.keyWidth()
            && value.size(-1) == settings.valueWidth()
            && key.size(time) == value.size(time)
            && (rank == 2
                || query.size(1 - time) == key.size(1 - time)
                    && key.size(1 - time) == value.size(1 - time));
    if (!fits) {
      String form = settings.batchFirst() ? "[n, %s, %d]" : "[%s, n, %d]";
      throw new ShapeException(
          "%s: needs query %s, key %s, value %s, or all without n, got %s, %s, %s"
              .formatted(
                  this,
                  form.formatted("l", settings.width()),
                  form.formatted("s", settings.keyWidth()),
                  form.formatted("s", settings.valueWidth()),
                  query.shape(),
                  key.shape(),
                  value.shape()));
    }
  }

  @Override
  public String settings() {
    return "%d, heads=%d%s%s"
        .formatted(
            settings.width(),
            settings.heads(),
            settings.dropout() > 0 ? ", dropout=" + settings.dropout() : "",
            settings.batchFirst() ? ", batchFirst=true" : "");
  }

  @Override
  public String toString() {
    return describe();
  }
}
