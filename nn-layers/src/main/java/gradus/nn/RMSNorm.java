package gradus.nn;

import gradus.DType;
import gradus.Parameter;
import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import gradus.op.normalization.Normalization;
import org.jspecify.annotations.Nullable;

/**
 * {@code x / sqrt(mean(x^2) + eps) * weight} with the mean over the last dimensions. Zhang and
 * Sennrich, "Root Mean Square Layer Normalization", 2019.
 *
 * @param normalized the sizes of the last dimensions, over which the mean is taken
 * @param eps null for the distance from 1 to the next number of the input's type
 * @param weight of that shape, or null
 */
public record RMSNorm(Shape normalized, @Nullable Double eps, @Nullable Parameter weight)
    implements Layer {
  public RMSNorm {
    if (normalized.rank() == 0) {
      throw new ShapeException("RMSNorm: needs at least one dimension to normalise over");
    }
    Normalizations.requireShape("RMSNorm", "weight", weight, normalized);
  }

  /** Over the last dimensions, which have these sizes; with weight 1 to learn. */
  public RMSNorm(int... dims) {
    this(Shape.of(dims), null, true);
  }

  /** With all settings. */
  public RMSNorm(Shape normalized, @Nullable Double eps, boolean elementwiseAffine) {
    this(
        normalized,
        eps,
        elementwiseAffine ? new Parameter(Tensor.ones(normalized, DType.FLOAT32)) : null);
  }

  /** This weight with another epsilon; null for that of the input's type. */
  public RMSNorm withEps(@Nullable Double eps) {
    return new RMSNorm(normalized, eps, weight);
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.rmsNorm(x, normalized, weight, eps);
  }

  @Override
  public String settings() {
    return "%s, eps=%s, elementwiseAffine=%b".formatted(normalized, eps, weight != null);
  }

  @Override
  public String toString() {
    return describe();
  }
}
