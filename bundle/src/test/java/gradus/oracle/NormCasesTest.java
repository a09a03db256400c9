package gradus.oracle;

import gradus.Parameter;
import gradus.Shape;
import gradus.Tensor;
import gradus.nn.BatchNorm;
import gradus.nn.BatchNorm1d;
import gradus.nn.BatchNorm2d;
import gradus.nn.Embedding;
import gradus.nn.GroupNorm;
import gradus.nn.InstanceNorm2d;
import gradus.nn.Layer;
import gradus.nn.LayerNorm;
import gradus.nn.RMSNorm;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class NormCasesTest {
  @TestFactory
  Stream<DynamicTest> batch() {
    return OracleCase.tests("nn", Set.of("batch_norm"), NormCasesTest::batch);
  }

  private static void batch(OracleCase c) {
    boolean affine = c.inputs().containsKey("weight");
    boolean tracked = c.inputs().containsKey("running_mean");
    int channels = c.in("input").size(1);
    double eps = c.number("eps", 1e-5);
    double momentum = c.number("momentum", 0.1);
    BatchNorm layer =
        c.in("input").rank() == 4
            ? new BatchNorm2d(channels, eps, momentum, affine, tracked)
            : new BatchNorm1d(channels, eps, momentum, affine, tracked);
    layer.train(c.flag("training"));
    c.check(
        layer,
        l -> {
          Tensor y = l.forward(c.in("input"));
          if (!tracked) {
            return Map.of("out", y);
          }
          var outputs = new LinkedHashMap<String, Tensor>();
          outputs.put("out0", y);
          outputs.put("out1", Objects.requireNonNull(l.runningMean()));
          outputs.put("out2", Objects.requireNonNull(l.runningVar()));
          return outputs;
        });
  }

  @TestFactory
  Stream<DynamicTest> others() {
    return OracleCase.tests(
        "nn",
        Set.of("layer_norm", "rms_norm", "group_norm", "instance_norm"),
        c -> c.check(layer(c), l -> Map.of("out", l.forward(c.in("input")))));
  }

  private static Layer layer(OracleCase c) {
    boolean affine = c.inputs().containsKey("weight");
    double eps = c.number("eps", 1e-5);
    int channels = c.in("input").size(1);
    return switch (c.op()) {
      case "layer_norm" -> new LayerNorm(shape(c), eps, affine, affine);
      case "rms_norm" -> new RMSNorm(shape(c), eps, affine);
      case "group_norm" -> new GroupNorm((int) c.number("num_groups", 1), channels, eps, affine);
      case "instance_norm" -> new InstanceNorm2d(channels, eps, 0.1, affine, false);
      default -> throw new IllegalArgumentException(c.op());
    };
  }

  private static Shape shape(OracleCase c) {
    List<?> sizes = (List<?>) Objects.requireNonNull(c.attrs().get("normalized_shape"));
    return Shape.of(sizes.stream().mapToInt(n -> ((Double) n).intValue()).toArray());
  }

  @TestFactory
  Stream<DynamicTest> embedding() {
    return OracleCase.tests("nn", Set.of("embedding"), NormCasesTest::embedding);
  }

  private static void embedding(OracleCase c) {
    double padding = c.number("padding_idx", -1);
    var layer =
        new Embedding(
            new Parameter(c.in("weight").clone()),
            padding < 0 ? null : (Integer) (int) padding,
            Double.POSITIVE_INFINITY,
            2,
            false);
    c.check(layer, l -> Map.of("out", l.forward(c.in("input"))));
  }
}
