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
    LayerNorm.requireShape("RMSNorm", "weight", weight, normalized);
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

  @Override
  public Tensor forward(Tensor x) {
    double e = eps != null ? eps : x.dtype() == DType.FLOAT64 ? Math.ulp(1.0) : Math.ulp(1f);
    var normalization = new Normalization(LayerNorm.axes(this, normalized, x.shape()), e, false);
    Tensor[] y = weight == null ? normalization.applyAll(x) : normalization.applyAll(x, weight);
    return y[0];
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
