package gradus.nn;

import gradus.DType;
import gradus.DTypeException;
import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import gradus.op.attention.ScaledDotProduct;
import org.jspecify.annotations.Nullable;

/**
 * {@code softmax(q k' scale + mask) v}: what {@link F#scaledDotProductAttention} computes, and the
 * weights alone. Vaswani et al., "Attention Is All You Need", 2017.
 */
final class DotProductAttention {
  private static final String NAME = "scaledDotProductAttention";

  private DotProductAttention() {}

  static Tensor apply(
      Tensor q,
      Tensor k,
      Tensor v,
      @Nullable Tensor mask,
      double dropout,
      boolean causal,
      @Nullable Double scale,
      boolean enableGqa) {
    check(q, k, v);
    Dropout.requireProbability(NAME, dropout);
    if (causal && mask != null) {
      throw new IllegalArgumentException(
          NAME + ": give attnMask or isCausal, not both; put what is causal into the mask");
    }
    Tensor keys = enableGqa ? shared(k, q) : k;
    Tensor values = enableGqa ? shared(v, q) : v;
    double factor = scale != null ? scale : 1 / Math.sqrt(q.size(-1));
    if (dropout > 0 || !alike(q, keys, values)) {
      Tensor allowed = causal ? causalMask(q.size(-2), k.size(-2)) : mask;
      return weights(q, keys, allowed, factor, dropout).matmul(values);
    }
    if (mask == null) {
      return fused(factor, causal, q, keys, values);
    }
    requireMask(mask, q.shape().with(-1, k.size(-2)));
    boolean open = mask.dtype() != DType.BOOL || !isTrue(empty(mask));
    return open && !mask.requiresGrad()
        ? fused(factor, false, q, keys, values, added(mask, q.dtype()))
        : weights(q, keys, mask, factor, 0).matmul(values);
  }

  /** By one operator, whose result lies as q does: heads inside of time, or outside. */
  private static Tensor fused(double scale, boolean causal, Tensor... in) {
    Tensor q = in[0];
    boolean timeFirst = q.rank() > 2 && q.stride(-3) < q.stride(-2);
    for (int i = 0; timeFirst && i < 3; i++) {
      in[i] = in[i].transpose(-3, -2);
    }
    Tensor y = new ScaledDotProduct(scale, causal, timeFirst).applyAll(in)[0];
    return timeFirst ? y.transpose(-3, -2) : y;
  }

  /** Whether all have the same leading dimensions and type, as the fused operator needs. */
  private static boolean alike(Tensor q, Tensor k, Tensor v) {
    return q.dtype() == k.dtype()
        && q.dtype() == v.dtype()
        && k.shape().equals(q.shape().with(-2, k.size(-2)))
        && v.shape().equals(k.shape().with(-1, v.size(-1)));
  }

  /** Numbers to be added in place of a bool mask: 0 where allowed, -infinity where not. */
  static Tensor added(Tensor mask, DType dtype) {
    return mask.dtype() == DType.BOOL
        ? Tensor.zeros(mask.shape(), dtype).maskedFill(mask.logicalNot(), Double.NEGATIVE_INFINITY)
        : mask.to(dtype);
  }

  /** Bool [..., l, 1]: true for rows of a bool mask in which nothing is allowed. */
  private static Tensor empty(Tensor mask) {
    return mask.to(DType.INT64).amax(-1, true).eq(0);
  }

  private static boolean isTrue(Tensor anywhere) {
    return anywhere.to(DType.INT64).sum().itemLong() > 0;
  }

  /** Bool [l, s]: true where column <= row. */
  static Tensor causalMask(int l, int s) {
    return Tensor.arange(s).le(Tensor.arange(l).unsqueeze(1));
  }

  /** The weights [..., l, s], dropped out; rows in which nothing is allowed are 0. */
  static Tensor weights(Tensor q, Tensor k, @Nullable Tensor mask, double scale, double dropout) {
    Tensor scores = q.matmul(k.transpose()).mul(scale);
    if (mask != null) {
      requireMask(mask, scores.shape());
    }
    Tensor y;
    if (mask == null) {
      y = scores.softmax(-1);
    } else if (mask.dtype() != DType.BOOL) {
      y = scores.add(mask).softmax(-1);
    } else {
      Tensor forbidden = mask.logicalNot();
      Tensor none = empty(mask);
      scores = scores.maskedFill(forbidden, Double.NEGATIVE_INFINITY);
      // A softmax over nothing is NaN, also in its gradient: such rows are set to 0 on both sides.
      y =
          isTrue(none)
              ? scores.maskedFill(none, 0).softmax(-1).maskedFill(none, 0)
              : scores.softmax(-1);
    }
    return F.dropout(y, dropout, true);
  }

  private static void requireMask(Tensor mask, Shape scores) {
    if (!mask.shape().expandsTo(scores)) {
      throw new ShapeException(
          "%s: the mask %s does not broadcast to the scores %s"
              .formatted(NAME, mask.shape(), scores));
    }
    if (mask.dtype() != DType.BOOL && !mask.dtype().isFloating()) {
      throw new DTypeException(
          "%s: a mask is bool (true: allowed) or floating (added), got %s; use to(BOOL)"
              .formatted(NAME, mask.dtype()));
    }
  }

  private static void check(Tensor q, Tensor k, Tensor v) {
    boolean fits =
        q.rank() >= 2
            && k.rank() >= 2
            && v.rank() >= 2
            && q.size(-1) == k.size(-1)
            && k.size(-2) == v.size(-2);
    if (!fits) {
      throw new ShapeException(
          "%s: needs query [..., l, e], key [..., s, e], value [..., s, d], got %s, %s, %s"
              .formatted(NAME, q.shape(), k.shape(), v.shape()));
    }
  }

  /** Heads repeated, each as often as q has more: [..., h, s, e] -> [..., h r, s, e]. */
  private static Tensor shared(Tensor x, Tensor q) {
    if (x.rank() < 3 || q.rank() < 3 || x.size(-3) == 0 || q.size(-3) % x.size(-3) != 0) {
      throw new ShapeException(
          "%s: the heads of query %s must be a multiple of those of key and value %s"
              .formatted(NAME, q.shape(), x.shape()));
    }
    int repeat = q.size(-3) / x.size(-3);
    int at = x.rank() - 2;
    Shape spread = x.shape().insert(at, repeat);
    return x.unsqueeze(at).expand(spread).flatten(at - 1, at);
  }
}
