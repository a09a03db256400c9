package gradus.op.normalization;

import gradus.Autograd;
import gradus.DType;
import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import gradus.op.Call;
import gradus.op.Fused;
import gradus.op.Joint;
import gradus.op.Reads;
import gradus.op.Strides;
import gradus.op.reduction.Axes;
import org.jspecify.annotations.Nullable;

/**
 * {@code (x - mean) / sqrt(variance + eps) * weight + bias} of x, and if there are any, a weight
 * and a bias that broadcast to it; mean and variance are those of x over some dimensions. What
 * layer, batch, group, instance and RMS normalisation are made of.
 *
 * <p>One object is one application: it holds the statistics for the derivative, and for running
 * averages.
 */
public final class Normalization implements Fused, Joint {
  private final Axes axes;
  private final double eps;
  private final boolean centered;
  private @Nullable Statistics statistics;

  /**
   * A new application.
   *
   * @param axes the dimensions over which x is normalised
   * @param centered false to divide by the root of the mean square only: Zhang and Sennrich, "Root
   *     Mean Square Layer Normalization", 2019
   */
  public Normalization(Axes axes, double eps, boolean centered) {
    this.axes = axes;
    this.eps = eps;
    this.centered = centered;
  }

  /**
   * The statistics of x.
   *
   * @throws IllegalStateException before the application
   */
  public Statistics statistics() {
    if (statistics == null) {
      throw new IllegalStateException("normalization: has no statistics before it was applied");
    }
    return statistics;
  }

  @Override
  public Tensor composed(Tensor... in) {
    Statistics s = Statistics.room(axes, eps, centered, in[0]);
    Tensor x = s.centered(in[0]);
    Tensor y = x.mul(s.scaleOf(x));
    y = in.length > 1 ? y.mul(in[1]) : y;
    return in.length > 2 ? y.add(in[2]) : y;
  }

  @Override
  public Shape shape(Tensor... in) {
    Shape shape = in[0].shape();
    for (Tensor t : in) {
      if (!t.shape().expandsTo(shape)) {
        throw new ShapeException(
            "normalization: weight and bias must broadcast to the input %s, got %s"
                .formatted(shape, t.shape()));
      }
    }
    return shape;
  }

  @Override
  public DType dtype(Tensor... in) {
    return DType.floating("normalization", in);
  }

  @Override
  public boolean overwrites() {
    return true;
  }

  @Override
  public void forward(Tensor[] in, Tensor out) {
    if (statistics != null) {
      throw new IllegalStateException("normalization: one object is one application; make another");
    }
    Tensor x = in[0];
    Shape shape = x.shape();
    Statistics s = Statistics.room(axes, eps, centered, x);
    gradus.kernel.normalization.Normalization.forward(
        Strides.compute(x.dtype()),
        eps,
        axes.pick(shape.dims(), false),
        axes.pick(shape.dims(), true),
        Statistics.present(axes, x, shape),
        Statistics.operand(axes, in.length > 1 ? in[1] : null, shape),
        Statistics.operand(axes, in.length > 2 ? in[2] : null, shape),
        Statistics.present(axes, out, shape),
        Statistics.operand(axes, s.mean(), shape),
        Statistics.present(axes, s.variance(), shape),
        Statistics.present(axes, s.scale(), shape));
    statistics = s;
  }

  @Override
  public Tensor vjp(int i, Tensor g, Call call) {
    return switch (i) {
      case 0 -> {
        var gradient = new NormalizationGradient(statistics());
        yield call.arity() == 1
            ? gradient.apply(g, call.in(0))
            : gradient.apply(g, call.in(0), call.in(1));
      }
      case 1 -> new NormalizationWeightGradient(statistics(), call.shape(1)).apply(g, call.in(0));
      default -> g;
    };
  }

  @Override
  public @Nullable Tensor[] vjps(boolean[] wanted, Tensor g, Call call) {
    boolean both = wanted.length == 3 && wanted[1] && wanted[2];
    if (!both || Autograd.isRecording() || !call.shape(2).equals(call.shape(1))) {
      return Joint.super.vjps(wanted, g, call);
    }
    Tensor x = call.in(0);
    var sums = new NormalizationWeightGradient(statistics(), call.shape(1)).withBias(g, x);
    Tensor dx = null;
    if (wanted[0]) {
      boolean shared = centered && statistics().areAsMany(call.shape(1));
      var gradient = new NormalizationGradient(statistics(), shared ? sums : null);
      dx = gradient.apply(g, x, call.in(1));
    }
    return new @Nullable Tensor[] {dx, sums.along(), sums.level()};
  }

  @Override
  public Reads reads(int i) {
    return switch (i) {
      case 0 -> Reads.of(0, 1);
      case 1 -> Reads.of(0);
      default -> Reads.NOTHING;
    };
  }
}
