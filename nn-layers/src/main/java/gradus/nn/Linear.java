package gradus.nn;

import gradus.DType;
import gradus.Generator;
import gradus.Parameter;
import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * {@code y = x W' + b}: [..., in] -> [..., out].
 *
 * @param weight [out, in]
 * @param bias [out], or null for none
 */
public record Linear(Parameter weight, @Nullable Parameter bias) implements Layer {
  public Linear {
    if (weight.rank() != 2) {
      throw new ShapeException("Linear: the weight must be [out, in], got " + weight.shape());
    }
    if (bias != null && !bias.shape().equals(Shape.of(weight.size(0)))) {
      throw new ShapeException(
          "Linear: weight %s needs a bias [%d], got %s"
              .formatted(weight.shape(), weight.size(0), bias.shape()));
    }
  }

  /** With a bias; both start uniform in +-1 / sqrt(in), as in PyTorch. */
  public Linear(int in, int out) {
    this(in, out, true);
  }

  public Linear(int in, int out, boolean bias) {
    double bound = in > 0 ? 1 / Math.sqrt(in) : 0;
    this(fresh(bound, out, in), bias ? fresh(bound, out) : null);
  }

  private static Parameter fresh(double bound, int... dims) {
    return new Parameter(Generator.current().uniform(-bound, bound, Shape.of(dims), DType.FLOAT32));
  }

  @Override
  public Tensor forward(Tensor x) {
    int in = weight.size(1);
    if (x.rank() == 0 || x.size(-1) != in) {
      throw new ShapeException(
          "%s: the input must end in %d, got %s%s"
              .formatted(this, in, x.shape(), x.rank() > 2 ? "; is a flatten(1) missing?" : ""));
    }
    return F.linear(x, weight, bias);
  }

  @Override
  public String settings() {
    return "in=%d, out=%d, bias=%b".formatted(weight.size(1), weight.size(0), bias != null);
  }

  @Override
  public String toString() {
    return describe();
  }
}
