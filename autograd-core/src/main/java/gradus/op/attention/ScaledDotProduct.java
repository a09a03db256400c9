package gradus.op.attention;

import gradus.DType;
import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import gradus.kernel.array.Strided;
import gradus.kernel.attention.Attention;
import gradus.op.Call;
import gradus.op.Composite;
import gradus.op.Gradients;
import gradus.op.Overwriting;
import gradus.op.Reads;
import gradus.op.Spec;
import gradus.tape.Reverse;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code softmax(q k' scale + mask) v} of q [..., l, e], k [..., s, e], v [..., s, d] with equal
 * leading dimensions, and if there is one, a mask of numbers that broadcasts to [..., l, s]. The
 * gradient of the mask is that of the composition, with a matrix of all scores.
 *
 * <p>The residual is the logarithm of the sum of exponentials of each query, [..., l], heads first:
 * with it the gradient finds its weights again in one pass.
 *
 * @param causal whether query i sees the keys 0 to i only
 * @param timeFirst whether q, k, v and the result are [..., l, heads, e] instead, as projections
 *     leave them; a mask is [..., heads, l, s] in any case
 */
public record ScaledDotProduct(double scale, boolean causal, boolean timeFirst)
    implements Composite, Overwriting {
  @Override
  public Tensor[] composedAll(Tensor... in) {
    Tensor k = headsFirst(in[1]);
    Tensor scores = headsFirst(in[0]).matmul(k.transpose()).mul(scale);
    scores = in.length > 3 ? scores.add(in[3]) : scores;
    if (causal) {
      Tensor future =
          Tensor.arange(scores.size(-1)).gt(Tensor.arange(scores.size(-2)).unsqueeze(1));
      scores = scores.maskedFill(future, Double.NEGATIVE_INFINITY);
    }
    return new Tensor[] {headsFirst(scores.softmax(-1).matmul(headsFirst(in[2])))};
  }

  private Tensor headsFirst(Tensor x) {
    return timeFirst ? x.transpose(-3, -2) : x;
  }

  @Override
  public List<Spec> results(Tensor... in) {
    Shape q = in[0].shape();
    Shape k = in[1].shape();
    Shape v = in[2].shape();
    int rank = q.rank();
    int time = time();
    boolean fits =
        rank >= -time
            && k.rank() == rank
            && v.rank() == rank
            && k.dim(-1) == q.dim(-1)
            && v.equals(k.with(-1, v.dim(-1)))
            && k.equals(q.with(time, k.dim(time)))
            && (in.length < 4 || in[3].shape().expandsTo(scores(in[0], in[1])));
    if (!fits) {
      throw new ShapeException(
          "scaledDotProduct: needs q [..., l, %2$se], k [..., s, %2$se], v [..., s, %2$sd] and a mask"
              + " that broadcasts to [..., %2$sl, s], got %1$s"
                  .formatted(
                      Arrays.stream(in).map(Tensor::shape).toList(), timeFirst ? "heads, " : ""));
    }
    return List.of(Spec.of(q.with(-1, v.dim(-1)), DType.floating("scaledDotProduct", in)));
  }

  /** The dimension over which queries or keys are counted. */
  private int time() {
    return timeFirst ? -3 : -2;
  }

  /** [..., l, s], heads first. */
  private Shape scores(Tensor q, Tensor k) {
    Shape heads = heads(q.shape(), timeFirst);
    return heads.insert(heads.rank(), q.size(time())).insert(heads.rank() + 1, k.size(time()));
  }

  @Override
  public List<Spec> residuals(Tensor... in) {
    Shape heads = heads(in[0].shape(), timeFirst);
    return List.of(Spec.of(heads.insert(heads.rank(), in[0].size(time())), in[0].dtype()));
  }

  @Override
  public void forward(Tensor[] in, Tensor[] out) {
    Tensor logSums = out.length > 1 ? out[1] : null;
    if (in[1].size(time()) > 0) {
      kernel(in).forward(heads(out[0]), logSums == null ? null : columns(logSums));
      return;
    }
    out[0].fillInPlace(0);
    if (logSums != null) {
      logSums.fillInPlace(Double.NEGATIVE_INFINITY);
    }
  }

  /** The loops for operands q, k, v and perhaps a mask. */
  Attention kernel(Tensor... in) {
    return new Attention(
        scale,
        causal,
        heads(in[0]),
        heads(in[1]),
        heads(in[2]),
        in.length < 4 ? null : in[3].strided().expand(scores(in[0], in[1]).dims()));
  }

  /** Numbers for each query, as a matrix [l, 1] for each head. */
  static Strided columns(Tensor t) {
    return t.strided().inner(1, 0);
  }

  /** A tensor as a matrix for each head. */
  Strided heads(Tensor t) {
    Strided view = t.strided();
    int rank = view.rank();
    return timeFirst ? view.last(rank - 3).transposed() : view;
  }

  /** The dimensions over which heads are counted. */
  private static Shape heads(Shape whole, boolean timeFirst) {
    return whole.remove(-1).remove(timeFirst ? -2 : -1);
  }

  @Override
  public @Nullable Tensor[] vjp(boolean[] wanted, Gradients g, Call call) {
    int n = call.arity();
    @Nullable Tensor[] gradients = new Tensor[n];
    Tensor ofResult = g.of(0);
    if (ofResult != null && (wanted[0] || wanted[1] || wanted[2])) {
      Tensor[] in = new Tensor[n + 3];
      in[0] = ofResult;
      System.arraycopy(call.inputs(), 0, in, 1, n);
      in[n + 1] = call.out();
      in[n + 2] = call.residual(0);
      System.arraycopy(new ScaledDotProductGradient(this).applyAll(in), 0, gradients, 0, 3);
    }
    if (ofResult != null && n > 3 && wanted[3]) {
      boolean[] mask = {false, false, false, true};
      gradients[3] = Reverse.vjp(this::composedAll, mask, k -> ofResult, call.inputs())[3];
    }
    return gradients;
  }

  @Override
  public Reads reads(int i) {
    return i > 2 ? Reads.INPUTS : Reads.INPUTS.andOutput().or(Reads.residuals(0));
  }
}
