package gradus.nn;

import gradus.DType;
import gradus.Parameter;
import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import gradus.op.normalization.Normalization;
import gradus.op.reduction.Axes;
import org.jspecify.annotations.Nullable;

/**
 * {@code (x - mean) / sqrt(variance + eps) * weight + bias} of [n, channels, ...] with mean and
 * biased variance of each group of neighbouring channels of each example. Wu and He, "Group
 * Normalization", 2018.
 *
 * @param weight [channels], or null together with the bias
 * @param bias [channels]
 */
public record GroupNorm(
    int groups, int channels, double eps, @Nullable Parameter weight, @Nullable Parameter bias)
    implements Layer {
  public GroupNorm {
    if (groups < 1 || channels % groups != 0) {
      throw new IllegalArgumentException(
          "GroupNorm: %d channels do not divide into %d groups".formatted(channels, groups));
    }
    if ((weight == null) != (bias == null)) {
      throw new IllegalArgumentException("GroupNorm: weight and bias go together");
    }
    Normalizations.requireShape("GroupNorm", "weight", weight, Shape.of(channels));
    Normalizations.requireShape("GroupNorm", "bias", bias, Shape.of(channels));
  }

  /** With weight 1 and bias 0 to learn. */
  public GroupNorm(int groups, int channels) {
    this(groups, channels, 1e-5, true);
  }

  /** With all settings. */
  public GroupNorm(int groups, int channels, double eps, boolean affine) {
    this(
        groups,
        channels,
        eps,
        affine ? new Parameter(Tensor.ones(Shape.of(channels), DType.FLOAT32)) : null,
        affine ? new Parameter(Tensor.zeros(channels)) : null);
  }

  /** These parameters with another epsilon. */
  public GroupNorm withEps(double eps) {
    return new GroupNorm(groups, channels, eps, weight, bias);
  }

  @Override
  public Tensor forward(Tensor x) {
    if (x.rank() < 2 || x.size(1) != channels) {
      throw new ShapeException(
          "%s: needs [n, %d, ...], got %s".formatted(this, channels, x.shape()));
    }
    return F.groupNorm(x, groups, weight, bias, eps);
  }

  @Override
  public String settings() {
    return "%d, %d, eps=%s, affine=%b".formatted(groups, channels, eps, weight != null);
  }

  @Override
  public String toString() {
    return describe();
  }
}
