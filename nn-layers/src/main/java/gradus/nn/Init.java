package gradus.nn;

import gradus.Autograd;
import gradus.DType;
import gradus.Generator;
import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import org.apache.commons.math3.special.Erf;

/**
 * Starting values, written in place and not recorded: {@code torch.nn.init}. All return the tensor
 * they were given. Random ones draw from {@link Generator#current} unless they are given another.
 */
public final class Init {
  private Init() {}

  /** Which side of a weight keeps its variance: that of the forward or of the backward pass. */
  public enum Fan {
    IN,
    OUT
  }

  // --- fixed ---

  public static <T extends Tensor> T constant(T t, double value) {
    try (var _ = Autograd.noGrad()) {
      t.fillInPlace(value);
    }
    return t;
  }

  public static <T extends Tensor> T zeros(T t) {
    return constant(t, 0);
  }

  public static <T extends Tensor> T ones(T t) {
    return constant(t, 1);
  }

  // --- random ---

  /** Uniform in [low, high). */
  public static <T extends Tensor> T uniform(T t, double low, double high) {
    return uniform(t, low, high, Generator.current());
  }

  public static <T extends Tensor> T uniform(T t, double low, double high, Generator generator) {
    return set(t, generator.uniform(low, high, t.shape(), t.dtype()));
  }

  public static <T extends Tensor> T normal(T t, double mean, double std) {
    return normal(t, mean, std, Generator.current());
  }

  public static <T extends Tensor> T normal(T t, double mean, double std, Generator generator) {
    return set(t, generator.normal(t.shape(), t.dtype()).mul(std).add(mean));
  }

  /** Normal, but only what lies in [low, high]: the inverse distribution function of a uniform. */
  public static <T extends Tensor> T truncNormal(
      T t, double mean, double std, double low, double high, Generator generator) {
    if (!(low < high) || !(std > 0)) {
      throw new IllegalArgumentException(
          "truncNormal: needs std > 0 and low < high, got std %s, [%s, %s]"
              .formatted(std, low, high));
    }
    double scale = std * Math.sqrt(2);
    // erf runs over (-1, 1); its values at the bounds are where the uniform is drawn.
    double from = Erf.erf((low - mean) / scale);
    double to = Erf.erf((high - mean) / scale);
    double[] values = generator.uniform(from, to, t.shape(), DType.FLOAT64).storage().doubles();
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.clamp(mean + scale * Erf.erfInv(values[i]), low, high);
    }
    return set(t, Tensor.of(values, DType.FLOAT64).reshape(t.shape()));
  }

  public static <T extends Tensor> T truncNormal(
      T t, double mean, double std, double low, double high) {
    return truncNormal(t, mean, std, low, high, Generator.current());
  }

  // --- scaled by the size of the weight ---

  /** Uniform with variance 2 gain^2 / (in + out). Glorot and Bengio, AISTATS 2010. */
  public static <T extends Tensor> T xavierUniform(T t, double gain, Generator generator) {
    double bound = Math.sqrt(3) * xavierStd("xavierUniform", t, gain);
    return uniform(t, -bound, bound, generator);
  }

  public static <T extends Tensor> T xavierUniform(T t) {
    return xavierUniform(t, 1, Generator.current());
  }

  /** Normal with variance 2 gain^2 / (in + out). Glorot and Bengio, AISTATS 2010. */
  public static <T extends Tensor> T xavierNormal(T t, double gain, Generator generator) {
    return normal(t, 0, xavierStd("xavierNormal", t, gain), generator);
  }

  public static <T extends Tensor> T xavierNormal(T t) {
    return xavierNormal(t, 1, Generator.current());
  }

  /** Uniform with variance gain^2 / fan. He et al., "Delving Deep into Rectifiers", 2015. */
  public static <T extends Tensor> T kaimingUniform(
      T t, Fan fan, double gain, Generator generator) {
    double bound = Math.sqrt(3) * kaimingStd("kaimingUniform", t, fan, gain);
    return uniform(t, -bound, bound, generator);
  }

  /** For layers followed by ReLU. */
  public static <T extends Tensor> T kaimingUniform(T t) {
    return kaimingUniform(t, Fan.IN, Gain.RELU.value(), Generator.current());
  }

  /** Normal with variance gain^2 / fan. He et al., "Delving Deep into Rectifiers", 2015. */
  public static <T extends Tensor> T kaimingNormal(T t, Fan fan, double gain, Generator generator) {
    return normal(t, 0, kaimingStd("kaimingNormal", t, fan, gain), generator);
  }

  /** For layers followed by ReLU. */
  public static <T extends Tensor> T kaimingNormal(T t) {
    return kaimingNormal(t, Fan.IN, Gain.RELU.value(), Generator.current());
  }

  /**
   * A random matrix with orthonormal rows or columns, whichever are fewer, times {@code gain};
   * further dimensions count as columns. Saxe et al., "Exact solutions to the nonlinear dynamics of
   * learning in deep linear neural networks", 2013.
   */
  public static <T extends Tensor> T orthogonal(T t, double gain, Generator generator) {
    requireMatrix("orthogonal", t);
    int rows = t.size(0);
    int cols = rows == 0 ? 0 : t.numel() / rows;
    boolean wide = rows <= cols;
    int count = Math.min(rows, cols);
    int length = Math.max(rows, cols);
    Tensor drawn = generator.normal(Shape.of(count, length), DType.FLOAT64);
    orthonormalize(drawn.storage().doubles(), count, length);
    Tensor q = wide ? drawn : drawn.transpose();
    return set(t, q.mul(gain).reshape(t.shape()));
  }

  public static <T extends Tensor> T orthogonal(T t) {
    return orthogonal(t, 1, Generator.current());
  }

  /** Gram and Schmidt's method on the rows, each made orthogonal twice: exact to rounding. */
  private static void orthonormalize(double[] a, int rows, int cols) {
    for (int i = 0; i < rows; i++) {
      for (int pass = 0; pass < 2; pass++) {
        for (int j = 0; j < i; j++) {
          double along = dot(a, i * cols, j * cols, cols);
          for (int k = 0; k < cols; k++) {
            a[i * cols + k] -= along * a[j * cols + k];
          }
        }
      }
      double norm = Math.sqrt(dot(a, i * cols, i * cols, cols));
      for (int k = 0; k < cols; k++) {
        a[i * cols + k] /= norm;
      }
    }
  }

  private static double dot(double[] a, int p, int q, int n) {
    double sum = 0;
    for (int k = 0; k < n; k++) {
      sum += a[p + k] * a[q + k];
    }
    return sum;
  }

  private static double xavierStd(String name, Tensor t, double gain) {
    return gain * Math.sqrt(2.0 / (fan(name, t, Fan.IN) + fan(name, t, Fan.OUT)));
  }

  private static double kaimingStd(String name, Tensor t, Fan fan, double gain) {
    return gain / Math.sqrt(fan(name, t, fan));
  }

  /** A weight is [out, in, kernel...]: inputs or outputs, times the size of the kernel. */
  private static double fan(String name, Tensor t, Fan fan) {
    requireMatrix(name, t);
    double kernel = 1;
    for (int d = 2; d < t.rank(); d++) {
      kernel *= t.size(d);
    }
    return kernel * t.size(fan == Fan.IN ? 1 : 0);
  }

  private static void requireMatrix(String name, Tensor t) {
    if (t.rank() < 2) {
      throw new ShapeException(
          "%s: needs a weight [out, in, ...] of two dimensions or more, got %s"
              .formatted(name, t.shape()));
    }
  }

  private static <T extends Tensor> T set(T t, Tensor values) {
    try (var _ = Autograd.noGrad()) {
      t.copyInPlace(values);
    }
    return t;
  }
}
