package gradus.nn;

import gradus.DType;
import gradus.DTypeException;
import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Joins the masks of a {@link MultiheadAttention} to one, for {@link DotProductAttention}. */
record AttentionMasks(int n, int heads, int l, int s) {
  /**
   * One mask that broadcasts to [n, heads, l, columns], or null: bool, true where attention is
   * allowed, if all are bool, else numbers to be added.
   *
   * @param attention [l, s] or [n heads, l, s], true where it is not allowed
   * @param padding [n, s], true for keys to be ignored
   * @param columns s and those added to it, which all may attend to
   */
  @Nullable Tensor merged(
      @Nullable Tensor attention,
      @Nullable Tensor padding,
      boolean causal,
      int columns,
      DType dtype) {
    Tensor mask = null;
    if (attention != null) {
      boolean shared = attention.shape().equals(Shape.of(l, s));
      if (!shared && !attention.shape().equals(Shape.of(n * heads, l, s))) {
        throw new ShapeException(
            "MultiheadAttention: attnMask must be [%d, %d] or [%d, %d, %d], got %s"
                .formatted(l, s, n * heads, l, s, attention.shape()));
      }
      mask = allowed(shared ? attention : attention.reshape(n, heads, l, s));
    }
    if (padding != null) {
      if (!padding.shape().equals(Shape.of(n, s))) {
        throw new ShapeException(
            "MultiheadAttention: keyPaddingMask must be [%d, %d], got %s"
                .formatted(n, s, padding.shape()));
      }
      mask = both(mask, allowed(padding.reshape(n, 1, 1, s)), dtype);
    }
    if (causal) {
      mask = both(mask, DotProductAttention.causalMask(l, s), dtype);
    }
    return mask == null || columns == s ? mask : widened(mask, columns - s);
  }

  private static Tensor allowed(Tensor mask) {
    if (mask.dtype() != DType.BOOL && !mask.dtype().isFloating()) {
      throw new DTypeException(
          "MultiheadAttention: a mask is bool (true: not allowed) or floating (added), got %s"
              .formatted(mask.dtype()));
    }
    return mask.dtype() == DType.BOOL ? mask.logicalNot() : mask;
  }

  private static Tensor both(@Nullable Tensor a, Tensor b, DType dtype) {
    if (a == null) {
      return b;
    }
    return a.dtype() == DType.BOOL && b.dtype() == DType.BOOL
        ? a.logicalAnd(b)
        : DotProductAttention.added(a, dtype).add(DotProductAttention.added(b, dtype));
  }

  /** With more columns, all allowed. */
  private static Tensor widened(Tensor mask, int more) {
    Shape shape = mask.shape().with(-1, more);
    Tensor open =
        mask.dtype() == DType.BOOL
            ? Tensor.ones(shape, DType.BOOL)
            : Tensor.zeros(shape, mask.dtype());
    return Tensor.cat(List.of(mask, open), -1);
  }
}
