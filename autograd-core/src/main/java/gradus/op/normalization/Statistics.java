package gradus.op.normalization;

import gradus.Shape;
import gradus.Tensor;
import gradus.kernel.normalization.Operand;
import gradus.op.Strides;
import gradus.op.reduction.Axes;
import gradus.op.reduction.Sum;
import org.jspecify.annotations.Nullable;

/**
 * What a tensor is normalised by. All tensors have the folded dimensions with size 1 and no
 * history.
 *
 * @param axes the dimensions that are folded, kept with size 1
 * @param mean null if the mean stays where it is
 * @param variance the mean of the squares of x - mean, or of x
 * @param scale 1 / sqrt(variance + eps)
 */
public record Statistics(
    Axes axes, double eps, @Nullable Tensor mean, Tensor variance, Tensor scale) {

  /** Room for the statistics of a tensor of this shape. */
  static Statistics room(Axes axes, double eps, boolean centered, Tensor x) {
    Shape kept = axes.kept(x.shape());
    return new Statistics(
        new Axes(axes.mask(), true),
        eps,
        centered ? Tensor.allocate(kept, x.dtype()) : null,
        Tensor.allocate(kept, x.dtype()),
        Tensor.allocate(kept, x.dtype()));
  }

  /** The statistics of a tensor. */
  public static Statistics of(Axes axes, double eps, boolean centered, Tensor x) {
    var normalization = new Normalization(axes, eps, centered);
    normalization.evaluate(x.detach());
    return normalization.statistics();
  }

  /** Whether a shape is that of the statistics, but for dimensions of size 1. */
  boolean areAsMany(Shape shape) {
    return shape.size() == scale.shape().size() && shape.expandsTo(scale.shape());
  }

  boolean centered() {
    return mean != null;
  }

  /** The mean over the folded dimensions, in ordinary operators. */
  Tensor meanOf(Tensor x) {
    return new Sum(axes).apply(x).div(axes.count(x.shape()));
  }

  /** x - mean in ordinary operators, differentiable. */
  Tensor centered(Tensor x) {
    return centered() ? x.sub(meanOf(x)) : x;
  }

  /** The scale of a centred x in ordinary operators, differentiable. */
  Tensor scaleOf(Tensor centered) {
    return meanOf(centered.square()).add(eps).rsqrt();
  }

  /** A tensor that broadcasts to {@code whole}, as kernels take it; null stays null. */
  static @Nullable Operand operand(Axes axes, @Nullable Tensor t, Shape whole) {
    return t == null ? null : present(axes, t, whole);
  }

  static Operand present(Axes axes, Tensor t, Shape whole) {
    int[] strides = Strides.broadcast(t, whole);
    return new Operand(
        t.storage().array(), t.offset(), axes.pick(strides, false), axes.pick(strides, true));
  }
}
