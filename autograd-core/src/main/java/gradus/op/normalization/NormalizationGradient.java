package gradus.op.normalization;

import gradus.Shape;
import gradus.Tensor;
import gradus.kernel.normalization.Normalization;
import gradus.kernel.normalization.Operand;
import gradus.op.Fused;
import gradus.op.Strides;
import gradus.op.reduction.Axes;
import org.jspecify.annotations.Nullable;

/**
 * The gradient of the input of a {@link gradus.op.normalization.Normalization}: of the gradient g
 * of the result, the input x and, if there is one, the weight.
 *
 * @param statistics those of x
 * @param sums null if not known
 */
public record NormalizationGradient(Statistics statistics, @Nullable Sums sums) implements Fused {
  /**
   * What the gradients of a weight and a bias are that are one number for each mean: the sums of g
   * times the normalised x, and of g.
   */
  record Sums(Tensor along, Tensor level) {}

  public NormalizationGradient(Statistics statistics) {
    this(statistics, null);
  }

  @Override
  public Tensor composed(Tensor... in) {
    Tensor h = in.length > 2 ? in[0].mul(in[2]) : in[0];
    Tensor centered = statistics.centered(in[1]);
    Tensor scale = statistics.scaleOf(centered);
    Tensor n = centered.mul(scale);
    Tensor rest = statistics.centered(h).sub(n.mul(statistics.meanOf(h.mul(n))));
    return rest.mul(scale);
  }

  @Override
  public Shape shape(Tensor... in) {
    return in[1].shape();
  }

  @Override
  public boolean overwrites() {
    return true;
  }

  @Override
  public void forward(Tensor[] in, Tensor out) {
    Axes axes = statistics.axes();
    Shape shape = out.shape();
    Normalization.backward(
        Strides.compute(out.dtype()),
        axes.pick(shape.dims(), false),
        axes.pick(shape.dims(), true),
        Statistics.present(axes, in[0], shape),
        Statistics.present(axes, in[1], shape),
        Statistics.operand(axes, in.length > 2 ? in[2] : null, shape),
        in.length > 2 && statistics.areAsMany(in[2].shape()),
        Statistics.present(axes, out, shape),
        Statistics.operand(axes, statistics.mean(), shape),
        Statistics.present(axes, statistics.scale(), shape),
        sums == null
            ? new Operand[0]
            : new Operand[] {
              Statistics.present(axes, sums.along(), shape),
              Statistics.present(axes, sums.level(), shape)
            });
  }
}
