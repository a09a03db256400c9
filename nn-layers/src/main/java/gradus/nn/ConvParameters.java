package gradus.nn;

import gradus.DType;
import gradus.Generator;
import gradus.Parameter;
import gradus.Shape;
import gradus.ShapeException;
import gradus.op.convolution.Axis;
import gradus.op.convolution.Conv;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** The parameters that all convolutions have. */
final class ConvParameters {
  private ConvParameters() {}

  static int[] cube(int dimensions, int size) {
    int[] kernel = new int[dimensions];
    Arrays.fill(kernel, size);
    return kernel;
  }

  static void check(
      String layer, int dimensions, Parameter weight, @Nullable Parameter bias, Conv conv) {
    if (conv.axes().size() != dimensions || weight.rank() != dimensions + 2) {
      throw new ShapeException(
          "%s: needs a weight of %d dimensions and settings for %d, got %s and %d"
              .formatted(layer, dimensions + 2, dimensions, weight.shape(), conv.axes().size()));
    }
    if (bias != null && !bias.shape().equals(Shape.of(weight.size(0)))) {
      throw new ShapeException(
          "%s: weight %s needs a bias [%d], got %s"
              .formatted(layer, weight.shape(), weight.size(0), bias.shape()));
    }
  }

  /** [out, in/groups, kernel...], uniform in +-1 / sqrt(inputs of one output). */
  static Parameter weight(String layer, int in, int out, int[] kernel, Conv conv) {
    int groups = conv.groups();
    if (in % groups != 0 || out % groups != 0) {
      throw new IllegalArgumentException(
          "%s: %d input and %d output channels cannot be split into groups=%d"
              .formatted(layer, in, out, groups));
    }
    int[] dims = new int[kernel.length + 2];
    dims[0] = out;
    dims[1] = in / groups;
    System.arraycopy(kernel, 0, dims, 2, kernel.length);
    return fresh(in / groups, kernel, dims);
  }

  /** [out], uniform in +-1 / sqrt(inputs of one output). */
  static Parameter bias(int channels, int out, int[] kernel) {
    return fresh(channels, kernel, out);
  }

  private static Parameter fresh(int channels, int[] kernel, int... dims) {
    double inputs = channels;
    for (int k : kernel) {
      inputs *= k;
    }
    double bound = inputs > 0 ? 1 / Math.sqrt(inputs) : 0;
    return new Parameter(Generator.current().uniform(-bound, bound, Shape.of(dims), DType.FLOAT32));
  }

  /** What differs from the defaults is said. */
  static String settings(Parameter weight, @Nullable Parameter bias, Conv conv) {
    int[] dims = weight.shape().dims();
    int[] kernel = Arrays.copyOfRange(dims, 2, dims.length);
    var text = new StringBuilder();
    text.append("in=%d, out=%d, kernel=".formatted(dims[1] * conv.groups(), dims[0]));
    text.append(brief(Arrays.stream(kernel).boxed().toList()));
    say(text, "stride", conv, Axis::stride, 1);
    say(text, "padding", conv, Axis::before, 0);
    say(text, "dilation", conv, Axis::dilation, 1);
    if (conv.groups() > 1) {
      text.append(", groups=").append(conv.groups());
    }
    return text.append(", bias=").append(bias != null).toString();
  }

  private static void say(
      StringBuilder text, String name, Conv conv, ToIntFunction<Axis> setting, int usual) {
    List<Integer> values = conv.axes().stream().map(a -> setting.applyAsInt(a)).toList();
    if (values.stream().anyMatch(v -> v != usual)) {
      text.append(", ").append(name).append('=').append(brief(values));
    }
  }

  /** One number if all are equal. */
  private static String brief(List<Integer> values) {
    return values.stream().distinct().count() == 1
        ? values.getFirst().toString()
        : values.toString();
  }
}
