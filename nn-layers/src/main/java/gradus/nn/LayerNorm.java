package gradus.nn;

import gradus.DType;
import gradus.Parameter;
import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import gradus.op.normalization.Normalization;
import gradus.op.reduction.Axes;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * {@code (x - mean) / sqrt(variance + eps) * weight + bias} with mean and biased variance over the
 * last dimensions. Ba, Kiros, Hinton, "Layer Normalization", 2016.
 *
 * @param normalized the sizes of the last dimensions, over which x is normalised
 * @param weight of that shape, or null
 * @param bias of that shape, or null; needs a weight
 */
public record LayerNorm(
    Shape normalized, double eps, @Nullable Parameter weight, @Nullable Parameter bias)
    implements Layer {
  public LayerNorm {
    if (normalized.rank() == 0) {
      throw new ShapeException("LayerNorm: needs at least one dimension to normalise over");
    }
    if (bias != null && weight == null) {
      throw new IllegalArgumentException("LayerNorm: a bias needs a weight beside it");
    }
    Normalizations.requireShape("LayerNorm", "weight", weight, normalized);
    Normalizations.requireShape("LayerNorm", "bias", bias, normalized);
  }

  /** Over the last dimensions, which have these sizes; with weight 1 and bias 0 to learn. */
  public LayerNorm(int... dims) {
    this(Shape.of(dims), 1e-5, true, true);
  }

  /**
   * With all settings.
   *
   * @param elementwiseAffine whether to learn a weight, and a bias if that is true as well
   */
  public LayerNorm(Shape normalized, double eps, boolean elementwiseAffine, boolean bias) {
    this(
        normalized,
        eps,
        elementwiseAffine ? new Parameter(Tensor.ones(normalized, DType.FLOAT32)) : null,
        elementwiseAffine && bias ? new Parameter(Tensor.zeros(normalized, DType.FLOAT32)) : null);
  }

  /** These parameters with another epsilon. */
  public LayerNorm withEps(double eps) {
    return new LayerNorm(normalized, eps, weight, bias);
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.layerNorm(x, normalized, weight, bias, eps);
  }

  @Override
  public String settings() {
    return "%s, eps=%s, elementwiseAffine=%b%s"
        .formatted(
            normalized, eps, weight != null, weight != null && bias == null ? ", bias=false" : "");
  }

  @Override
  public String toString() {
    return describe();
  }
}
