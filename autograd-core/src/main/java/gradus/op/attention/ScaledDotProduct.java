package gradus.op.attention;

import gradus.DType;
import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import gradus.kernel.attention.Attention;
import gradus.kernel.attention.Heads;
import gradus.op.Call;
import gradus.op.Fused;
import gradus.op.Joint;
import gradus.op.Reads;
import gradus.op.Strides;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * {@code softmax(q k' scale + mask) v} of q [..., l, e], k [..., s, e], v [..., s, d] with equal
 * leading dimensions, and if there is one, a mask of numbers that broadcasts to [..., l, s] and
 * gets no gradient.
 *
 * <p>The storage of the result holds the logarithms of the sums of exponentials behind its
 * elements, [..., l] row-major: with them the gradient finds its weights again in one pass.
 *
 * @param causal whether query i sees the keys 0 to i only
 * @param timeFirst whether q, k, v and the result are [..., l, heads, e] instead, as projections
 *     leave them; a mask is [..., heads, l, s] in any case
 */
public record ScaledDotProduct(double scale, boolean causal, boolean timeFirst)
    implements Fused, Joint {
  @Override
  public Tensor composed(Tensor... in) {
    Tensor k = headsFirst(in[1]);
    Tensor scores = headsFirst(in[0]).matmul(k.transpose()).mul(scale);
    scores = in.length > 3 ? scores.add(in[3].detach()) : scores;
    if (causal) {
      Tensor future =
          Tensor.arange(scores.size(-1)).gt(Tensor.arange(scores.size(-2)).unsqueeze(1));
      scores = scores.maskedFill(future, Double.NEGATIVE_INFINITY);
    }
    return headsFirst(scores.softmax(-1).matmul(headsFirst(in[2])));
  }

  private Tensor headsFirst(Tensor x) {
    return timeFirst ? x.transpose(-3, -2) : x;
  }

  @Override
  public Shape shape(Tensor... in) {
    Shape q = in[0].shape();
    Shape k = in[1].shape();
    Shape v = in[2].shape();
    int rank = q.rank();
    int time = timeFirst ? -3 : -2;
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
    return q.with(-1, v.dim(-1));
  }

  /** [..., l, s], heads first. */
  private Shape scores(Tensor q, Tensor k) {
    Shape s = headsFirst(q.detach()).shape();
    return s.with(-1, k.size(timeFirst ? -3 : -2));
  }

  @Override
  public DType dtype(Tensor... in) {
    return DType.floating("scaledDotProduct", in);
  }

  @Override
  public Tensor evaluate(Tensor... in) {
    Shape shape = shape(in);
    DType type = dtype(in);
    Tensor out = Tensor.empty(shape, type, scores(in[0], in[1]).with(-1, 1).size());
    forward(in, out);
    return out;
  }

  @Override
  public boolean overwrites() {
    return true;
  }

  @Override
  public void forward(Tensor[] in, Tensor out) {
    kernel(in).forward(heads(out, out.shape()), sums(out));
  }

  /** The loops for operands q, k, v and perhaps a mask. */
  Attention kernel(Tensor... in) {
    return new Attention(
        scale,
        causal,
        heads(in[0], in[0].shape()),
        heads(in[1], in[1].shape()),
        heads(in[2], in[2].shape()),
        in.length < 4 ? null : heads(in[3], scores(in[0], in[1]), false));
  }

  /** What lies behind the elements of a result: [l, 1] for each head. */
  Heads sums(Tensor result) {
    int l = result.size(timeFirst ? -3 : -2);
    int[] offsets = new int[heads(result.shape(), timeFirst).size()];
    Arrays.setAll(offsets, i -> result.offset() + result.numel() + i * l);
    return new Heads(result.storage().array(), offsets, l, 1, 1, 1);
  }

  /** A tensor that broadcasts to {@code whole}, as a matrix for each head. */
  Heads heads(Tensor t, Shape whole) {
    return heads(t, whole, timeFirst);
  }

  private static Heads heads(Tensor t, Shape whole, boolean timeFirst) {
    int rank = whole.rank();
    int time = rank - (timeFirst ? 3 : 2);
    int[] all = Strides.broadcast(t, whole);
    int[] strides = without(all, time);
    Shape each = heads(whole, timeFirst);
    int[] offsets = new int[each.size()];
    for (int i = 0; i < offsets.length; i++) {
      int rest = i;
      offsets[i] = t.offset();
      for (int d = each.rank() - 1; d >= 0; d--) {
        offsets[i] += rest % each.dim(d) * strides[d];
        rest /= each.dim(d);
      }
    }
    return new Heads(
        t.storage().array(), offsets, whole.dim(time), whole.dim(-1), all[time], all[rank - 1]);
  }

  /** The dimensions over which heads are counted. */
  private static Shape heads(Shape whole, boolean timeFirst) {
    return Shape.of(without(whole.dims(), whole.rank() - (timeFirst ? 3 : 2)));
  }

  /** Without the one at {@code time} and the last. */
  private static int[] without(int[] dims, int time) {
    int[] rest = new int[dims.length - 2];
    for (int d = 0; d < rest.length; d++) {
      rest[d] = dims[d < time ? d : d + 1];
    }
    return rest;
  }

  @Override
  public @Nullable Tensor[] vjps(boolean[] wanted, Tensor g, Call call) {
    Tensor[] in = new Tensor[call.arity() + 1];
    in[0] = g;
    for (int i = 1; i < in.length; i++) {
      in[i] = call.in(i - 1);
    }
    Tensor d = new ScaledDotProductGradient(this, call.out().detach()).apply(in);
    @Nullable Tensor[] result = new Tensor[call.arity()];
    int start = 0;
    for (int i = 0; i < 3; i++) {
      Shape shape = call.shape(i);
      result[i] = d.narrow(0, start, shape.size()).reshape(shape.dims());
      start += shape.size();
    }
    return result;
  }

  @Override
  public @Nullable Tensor vjp(int i, Tensor g, Call call) {
    return i > 2 ? null : Objects.requireNonNull(vjps(new boolean[call.arity()], g, call)[i]);
  }

  @Override
  public Reads reads(int i) {
    return i > 2 ? Reads.NOTHING : Reads.ALL;
  }
}
