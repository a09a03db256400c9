package gradus.nn;

import gradus.Parameter;
import gradus.Shape;
import gradus.Tensor;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Attention in several heads side by side, with learned projections: {@code
 * torch.nn.MultiheadAttention}. Vaswani et al., "Attention Is All You Need", 2017.
 *
 * <pre>{@code
 * var options = new MultiheadAttention.Options(64, 4).withBatchFirst(true);
 * Tensor y = new MultiheadAttention(options).call(x, x, x).output();
 * }</pre>
 */
public final class MultiheadAttention implements Parameterized {
  /**
   * What the layer is made of, with PyTorch's names and defaults. Options are values: each {@code
   * with} gives a copy.
   */
  public static final class Options extends LayerOptions<Options> {
    private final int embedDim;
    private final int numHeads;
    private double dropout;
    private boolean bias = true;
    private boolean addBiasKv;
    private boolean addZeroAttn;
    private int kdim;
    private int vdim;
    private boolean batchFirst;

    /**
     * With bias, without dropout, for sequences [time, n, embedDim].
     *
     * @param embedDim the width of queries and results; a multiple of numHeads
     */
    public Options(int embedDim, int numHeads) {
      this.embedDim = embedDim;
      this.numHeads = numHeads;
      this.kdim = embedDim;
      this.vdim = embedDim;
      check();
    }

    /** In training, weights are dropped with this probability. */
    public Options withDropout(double p) {
      return with(o -> o.dropout = p);
    }

    /** With biases of the projections, or without. */
    public Options withBias(boolean on) {
      return with(o -> o.bias = on);
    }

    /** With a learned key and value added to every sequence, or without. */
    public Options withAddBiasKv(boolean on) {
      return with(o -> o.addBiasKv = on);
    }

    /** With a key and value of zeros added to every sequence, or without. */
    public Options withAddZeroAttn(boolean on) {
      return with(o -> o.addZeroAttn = on);
    }

    /** With keys of another width than the queries'. */
    public Options withKdim(int width) {
      return with(o -> o.kdim = width);
    }

    /** With values of another width than the queries'. */
    public Options withVdim(int width) {
      return with(o -> o.vdim = width);
    }

    /** For sequences [n, time, width] instead of [time, n, width], or not. */
    public Options withBatchFirst(boolean on) {
      return with(o -> o.batchFirst = on);
    }

    public int embedDim() {
      return embedDim;
    }

    public int numHeads() {
      return numHeads;
    }

    public double dropout() {
      return dropout;
    }

    public boolean bias() {
      return bias;
    }

    public boolean addBiasKv() {
      return addBiasKv;
    }

    public boolean addZeroAttn() {
      return addZeroAttn;
    }

    public int kdim() {
      return kdim;
    }

    public int vdim() {
      return vdim;
    }

    public boolean batchFirst() {
      return batchFirst;
    }

    /** Whether one matrix holds all three projections. */
    boolean packed() {
      return kdim == embedDim && vdim == embedDim;
    }

    @Override
    List<Object> values() {
      return List.of(
          embedDim, numHeads, dropout, bias, addBiasKv, addZeroAttn, kdim, vdim, batchFirst);
    }

    @Override
    String brief() {
      return "%d, %d".formatted(embedDim, numHeads)
          + (dropout > 0 ? ", dropout=" + dropout : "")
          + (bias ? "" : ", bias=false")
          + (addBiasKv ? ", addBiasKv=true" : "")
          + (addZeroAttn ? ", addZeroAttn=true" : "")
          + (kdim == embedDim ? "" : ", kdim=" + kdim)
          + (vdim == embedDim ? "" : ", vdim=" + vdim)
          + (batchFirst ? ", batchFirst=true" : "");
    }

    @Override
    void check() {
      if (numHeads < 1 || embedDim < 1 || embedDim % numHeads != 0) {
        throw new IllegalArgumentException(
            "MultiheadAttention: an embedDim of %d does not divide into %d heads"
                .formatted(embedDim, numHeads));
      }
      if (kdim < 1 || vdim < 1) {
        throw new IllegalArgumentException(
            "MultiheadAttention: kdim and vdim must be positive, got %d and %d"
                .formatted(kdim, vdim));
      }
      Dropout.requireProbability("MultiheadAttention, dropout", dropout);
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

  private final Options options;

  /** With bias, without dropout, for sequences [time, n, embedDim]. */
  public MultiheadAttention(int embedDim, int numHeads) {
    this(new Options(embedDim, numHeads));
  }

  /** As {@link #MultiheadAttention(int, int)}, with dropout of the weights in training. */
  public MultiheadAttention(int embedDim, int numHeads, double dropout) {
    this(new Options(embedDim, numHeads).withDropout(dropout));
  }

  /** With all settings; weights start Xavier uniform, biases 0, as in PyTorch. */
  public MultiheadAttention(Options options) {
    this.options = options;
    int e = options.embedDim();
    boolean packed = options.packed();
    this.inWeight = packed ? xavier(3 * e, e) : null;
    this.queryWeight = packed ? null : xavier(e, e);
    this.keyWeight = packed ? null : xavier(e, options.kdim());
    this.valueWeight = packed ? null : xavier(e, options.vdim());
    this.inBias = options.bias() ? new Parameter(Tensor.zeros(3 * e)) : null;
    this.keyBias = options.addBiasKv() ? added(e) : null;
    this.valueBias = options.addBiasKv() ? added(e) : null;
    Linear last = new Linear(e, e, options.bias());
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
   * With all options.
   *
   * @param keyPaddingMask [n, s] over the keys, or [s] without a batch: bool, true for keys to be
   *     ignored, or numbers that are added
   * @param needWeights whether the weights are wanted
   * @param attnMask [l, s] or [n * heads, l, s]: bool, true where attention is not allowed (the
   *     opposite of {@link F#scaledDotProductAttention}, as in PyTorch), or numbers that are added
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
    AttentionInputs.check(this, query, key, value);
    boolean single = query.rank() == 2;
    Tensor[] x = projected(query, key, value);
    int n = x[0].size(0);
    int l = x[0].size(1);
    Tensor padding =
        single && keyPaddingMask != null ? keyPaddingMask.unsqueeze(0) : keyPaddingMask;
    var masks = new AttentionMasks(n, options.numHeads(), l, x[1].size(1));
    Tensor k = x[1];
    Tensor v = x[2];
    if (keyBias != null && valueBias != null) {
      k = Tensor.cat(List.of(k, keyBias.expand(n, 1, options.embedDim())), 1);
      v = Tensor.cat(List.of(v, valueBias.expand(n, 1, options.embedDim())), 1);
    }
    if (options.addZeroAttn()) {
      Tensor zero = Tensor.zeros(Shape.of(n, 1, options.embedDim()), k.dtype());
      k = Tensor.cat(List.of(k, zero), 1);
      v = Tensor.cat(List.of(v, zero), 1);
    }
    boolean causalOnly =
        isCausal && !needWeights && attnMask == null && padding == null && k.size(1) == masks.s();
    Tensor mask =
        causalOnly ? null : masks.merged(attnMask, padding, isCausal, k.size(1), k.dtype());
    double dropout = isTraining() ? options.dropout() : 0;
    Tensor q = heads(x[0]);
    Tensor y;
    Tensor weights = null;
    if (needWeights) {
      double scale = 1 / Math.sqrt(q.size(-1));
      weights = DotProductAttention.weights(q, heads(k), mask, scale, dropout);
      y = weights.matmul(heads(v));
      weights = averageAttnWeights ? weights.mean(1) : weights;
      weights = single ? weights.squeeze(0) : weights;
    } else {
      y = F.scaledDotProductAttention(q, heads(k), heads(v), mask, dropout, causalOnly);
    }
    Tensor result = out.call(y.transpose(1, 2).reshape(n * l, options.embedDim()));
    result = result.reshape(n, l, options.embedDim());
    result = single ? result.squeeze(0) : options.batchFirst() ? result : result.transpose(0, 1);
    return new Result(result, weights);
  }

  /** [n, time, width], whatever way it came. */
  private Tensor batched(Tensor x) {
    return x.rank() == 2 ? x.unsqueeze(0) : options.batchFirst() ? x : x.transpose(0, 1);
  }

  /** [n, time, width] -> [n, heads, time, width / heads]. */
  private Tensor heads(Tensor x) {
    int each = options.embedDim() / options.numHeads();
    return x.reshape(x.size(0), x.size(1), options.numHeads(), each).transpose(1, 2);
  }

  /** Query, key and value projected, views [n, time, width]; equal ones by one product. */
  private Tensor[] projected(Tensor... x) {
    int e = options.embedDim();
    Tensor[] result = new Tensor[3];
    for (int i = 0; i < 3; ) {
      int end = i + 1;
      while (inWeight != null && end < 3 && x[end] == x[i]) {
        end++;
      }
      Tensor weight = inWeight != null ? part(inWeight, i, end) : separate(i);
      Tensor y = F.linear(x[i], weight, inBias == null ? null : part(inBias, i, end));
      for (int j = i; j < end; j++) {
        result[j] = batched(y.narrow(-1, (j - i) * e, e));
      }
      i = end;
    }
    return result;
  }

  /** What belongs to the projections from {@code i} to before {@code end}. */
  private Tensor part(Parameter all, int i, int end) {
    int e = options.embedDim();
    return end - i == 3 ? all : all.narrow(0, i * e, (end - i) * e);
  }

  private Parameter separate(int i) {
    return Objects.requireNonNull(i == 0 ? queryWeight : i == 1 ? keyWeight : valueWeight);
  }

  /** The settings that it was made with. */
  public Options options() {
    return options;
  }

  @Override
  public String settings() {
    return options.brief();
  }

  @Override
  public String toString() {
    return describe();
  }
}
