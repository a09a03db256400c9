package gradus.oracle;

import gradus.Autograd;
import gradus.Tensor;
import gradus.nn.F;
import gradus.op.convolution.Conv;
import gradus.op.pooling.Window;
import gradus.op.pooling.Windows;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class ConvolutionCasesTest {
  @TestFactory
  Stream<DynamicTest> convolutions() {
    return OracleCase.tests(
        "nn", Set.of("conv1d", "conv2d", "conv3d"), c -> c.check(ConvolutionCasesTest::conv));
  }

  private static Tensor conv(OracleCase c) {
    int dimensions = dimensions(c);
    Conv conv = settings(c, dimensions);
    if (c.text("padding", "").equals("same")) {
      int[] kernel = c.in("weight").shape().dims();
      conv = conv.withSamePadding(IntStream.range(2, kernel.length).map(d -> kernel[d]).toArray());
    } else {
      conv = conv.withPadding(numbers(c, "padding", dimensions, 0));
    }
    return F.conv(c.in("input"), conv, c.in("weight"), c.inputs().get("bias"));
  }

  @TestFactory
  Stream<DynamicTest> transposed() {
    return OracleCase.tests(
        "nn",
        Set.of("conv_transpose1d", "conv_transpose2d"),
        c -> c.check(ConvolutionCasesTest::convTranspose));
  }

  private static Tensor convTranspose(OracleCase c) {
    int dimensions = dimensions(c);
    Conv conv = settings(c, dimensions).withPadding(numbers(c, "padding", dimensions, 0));
    int[] more = numbers(c, "output_padding", dimensions, 0);
    return F.convTranspose(c.in("input"), conv, c.in("weight"), c.inputs().get("bias"), more);
  }

  @TestFactory
  Stream<DynamicTest> secondOrder() {
    return OracleCase.tests(
        "second_order",
        Set.of("grad(sum(sigmoid(conv2d(x, w, padding=1))))"),
        ConvolutionCasesTest::doubleBackward);
  }

  private static void doubleBackward(OracleCase c) {
    List<Tensor> leaves = List.of(c.in("input"), c.in("weight"));
    leaves.forEach(x -> x.requiresGrad(true));
    Tensor sum = F.conv2d(leaves.get(0), leaves.get(1), null, 1, 1).sigmoid().sum();
    List<Tensor> first = Autograd.grad(sum, leaves, Autograd.CREATE_GRAPH);
    var names = new ArrayList<>(c.outputs().keySet());
    Tensor seeded = Tensor.of(0.0).to(sum.dtype());
    for (int i = 0; i < names.size(); i++) {
      c.close(names.get(i), first.get(i), Objects.requireNonNull(c.outputs().get(names.get(i))));
      seeded = seeded.add(first.get(i).mul(c.seeds().get(names.get(i))).sum());
    }
    seeded.backward();
    c.grads()
        .forEach(
            (name, expected) ->
                c.close(
                    "gradient of " + name, Objects.requireNonNull(c.in(name).grad()), expected));
  }

  @TestFactory
  Stream<DynamicTest> pooling() {
    Set<String> ops =
        Set.of(
            "max_pool1d",
            "max_pool2d",
            "avg_pool1d",
            "avg_pool2d",
            "adaptive_avg_pool1d",
            "adaptive_avg_pool2d",
            "adaptive_max_pool2d");
    return OracleCase.tests("nn", ops, c -> c.check(ConvolutionCasesTest::pool));
  }

  @TestFactory
  Stream<DynamicTest> ties() {
    return OracleCase.tests(
        "convention", Set.of("max_pool2d"), c -> c.check(ConvolutionCasesTest::pool));
  }

  private static Tensor pool(OracleCase c) {
    Tensor x = c.in("input");
    int n = dimensions(c);
    if (c.op().startsWith("adaptive")) {
      Windows windows = Windows.adaptive(numbers(c, "output_size", n, 1));
      return c.op().contains("max") ? F.maxPool(x, windows) : F.avgPool(x, windows, 0);
    }
    int[] size = numbers(c, "kernel_size", n, 1);
    int[] padding = numbers(c, "padding", n, 0);
    int[] dilation = numbers(c, "dilation", n, 1);
    List<Window> each =
        IntStream.range(0, n)
            .mapToObj(
                d ->
                    new Window(
                        size[d], numbers(c, "stride", n, size[d])[d], padding[d], dilation[d]))
            .toList();
    boolean count = !Boolean.FALSE.equals(c.attrs().get("count_include_pad"));
    Windows windows = new Windows.Sliding(each, c.flag("ceil_mode"), count);
    return c.op().startsWith("max") ? F.maxPool(x, windows) : F.avgPool(x, windows, 0);
  }

  // --- arguments ---

  private static int dimensions(OracleCase c) {
    return c.op().charAt(c.op().length() - 2) - '0';
  }

  private static Conv settings(OracleCase c, int dimensions) {
    return Conv.of(dimensions)
        .withStride(numbers(c, "stride", dimensions, 1))
        .withDilation(numbers(c, "dilation", dimensions, 1))
        .withGroups((int) c.number("groups", 1));
  }

  /** A number for each dimension, where one may stand for all. */
  private static int[] numbers(OracleCase c, String name, int dimensions, int otherwise) {
    @Nullable Object given = c.attrs().get(name);
    return IntStream.range(0, dimensions)
        .map(
            d ->
                switch (given) {
                  case Double x -> x.intValue();
                  case List<?> list -> ((Double) list.get(d)).intValue();
                  case null, default -> otherwise;
                })
        .toArray();
  }
}
