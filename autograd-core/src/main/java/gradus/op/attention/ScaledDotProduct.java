package gradus.op.attention;

import gradus.DType;
import gradus.DTypeException;
import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import gradus.kernel.attention.Attention;
import gradus.kernel.attention.Heads;
import gradus.op.Call;
import gradus.op.Fused;
import gradus.op.Reads;
import gradus.op.Strides;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * {@code softmax(q k' scale + mask) v} of q [..., l, e], k [..., s, e], v [..., s, d] with equal
 * leading dimensions, and if there is one, a mask of numbers that broadcasts to [..., l, s] and
 * gets no gradient.
 */
public record ScaledDotProduct(double scale) implements Fused {
  @Override
  public Tensor composed(Tensor... in) {
    Tensor scores = in[0].matmul(in[1].transpose()).mul(scale);
    scores = in.length > 3 ? scores.add(in[3].detach()) : scores;
    return scores.softmax(-1).matmul(in[2]);
  }

  @Override
  public Shape shape(Tensor... in) {
    Shape q = in[0].shape();
    Shape k = in[1].shape();
    Shape v = in[2].shape();
    int rank = q.rank();
    boolean fits =
        rank >= 2
            && k.rank() == rank
            && v.rank() == rank
            && k.dim(-1) == q.dim(-1)
            && v.equals(k.with(-1, v.dim(-1)))
            && k.equals(q.with(-2, k.dim(-2)))
            && (in.length < 4 || in[3].shape().expandsTo(q.with(-1, k.dim(-2))));
    if (!fits) {
      throw new ShapeException(
          "scaledDotProduct: needs q [..., l, e], k [..., s, e], v [..., s, d] and a mask that"
              + " broadcasts to [..., l, s], got %s"
                  .formatted(Arrays.stream(in).map(Tensor::shape).toList()));
    }
    return q.with(-1, v.dim(-1));
  }

  @Override
  public DType dtype(Tensor... in) {
    DType type = in[0].dtype();
    if (!type.isFloating() || Arrays.stream(in).anyMatch(t -> t.dtype() != type)) {
      throw new DTypeException(
          "scaledDotProduct: needs operands of one floating type, got %s; convert with to(...)"
              .formatted(Arrays.stream(in).map(Tensor::dtype).toList()));
    }
    return type;
  }

  @Override
  public void forward(Tensor[] in, Tensor out) {
    Attention.forward(
        scale,
        heads(in[0], in[0].shape()),
        heads(in[1], in[1].shape()),
        heads(in[2], in[2].shape()),
        mask(in, 3),
        heads(out, out.shape()));
  }

  /** The mask of operands of which it is number {@code at}, k being two before; or null. */
  static @Nullable Heads mask(Tensor[] in, int at) {
    return in.length <= at ? null : heads(in[at], in[at - 3].shape().with(-1, in[at - 2].size(-2)));
  }

  /** A tensor that broadcasts to {@code whole}, as a matrix for each leading index. */
  static Heads heads(Tensor t, Shape whole) {
    int rank = whole.rank();
    int[] strides = Strides.broadcast(t, whole);
    int[] offsets = new int[head(whole).size()];
    for (int i = 0; i < offsets.length; i++) {
      int rest = i;
      offsets[i] = t.offset();
      for (int d = rank - 3; d >= 0; d--) {
        offsets[i] += rest % whole.dim(d) * strides[d];
        rest /= whole.dim(d);
      }
    }
    return new Heads(
        t.storage().array(),
        offsets,
        whole.dim(-2),
        whole.dim(-1),
        strides[rank - 2],
        strides[rank - 1]);
  }

  private static Shape head(Shape whole) {
    return Shape.of(Arrays.copyOf(whole.dims(), whole.rank() - 2));
  }

  @Override
  public @Nullable Tensor[] vjps(boolean[] wanted, Tensor g, Call call) {
    Tensor[] in = new Tensor[call.arity() + 1];
    in[0] = g;
    for (int i = 1; i < in.length; i++) {
      in[i] = call.in(i - 1);
    }
    Tensor d = new ScaledDotProductGradient(scale).apply(in);
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
    return i > 2 ? Reads.NOTHING : Reads.INPUTS;
  }
}
