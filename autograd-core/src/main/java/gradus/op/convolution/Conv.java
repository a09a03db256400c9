package gradus.op.convolution;

import static gradus.op.convolution.Folding.Operand.INPUT;
import static gradus.op.convolution.Folding.Operand.KERNEL;
import static gradus.op.convolution.Folding.Operand.OUTPUT;

import gradus.DType;
import gradus.DTypeException;
import gradus.Gradus;
import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import gradus.kernel.array.Strided;
import gradus.kernel.conv.Convolution;
import gradus.kernel.conv.ConvolutionPlan;
import gradus.kernel.conv.Dimension;
import gradus.op.Batches;
import gradus.op.Call;
import gradus.op.Op;
import gradus.op.Overwriting;
import gradus.op.Reads;
import gradus.op.Tangents;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Cross-correlation in 1 to 3 dimensions: input [n, c, size...], kernel [o, c/groups, k...], and if
 * given bias [o] -> [n, o, size'...]. {@code torch.nn.functional.conv2d} and its siblings.
 *
 * <p>It is linear in the input and in the kernel, and so are its gradients: {@link InputGrad} and
 * {@link KernelGrad} are operators of their own, and the three are each other's derivatives.
 *
 * <pre>{@code
 * Conv.of(2).withStride(2).withPadding(1, 0).on(x, kernel, bias);
 * }</pre>
 */
public record Conv(List<Axis> axes, int groups) implements Op, Overwriting {
  public Conv {
    axes = List.copyOf(axes);
    if (axes.isEmpty() || axes.size() > 3 || groups < 1) {
      throw new IllegalArgumentException(
          "conv: needs 1 to 3 dimensions and at least 1 group, got %d and %d"
              .formatted(axes.size(), groups));
    }
  }

  /** Stride 1, no padding, dilation 1, one group. */
  public static Conv of(int dimensions) {
    return new Conv(Collections.nCopies(dimensions, Axis.UNIT), 1);
  }

  /** With a stride for all dimensions, or one for each. */
  public Conv withStride(int... stride) {
    return each("stride", stride, (a, n) -> new Axis(n, a.before(), a.after(), a.dilation()));
  }

  /** With this number of zeros on both sides, for all dimensions or for each. */
  public Conv withPadding(int... padding) {
    return each("padding", padding, (a, n) -> new Axis(a.stride(), n, n, a.dilation()));
  }

  /** With a dilation for all dimensions, or one for each. */
  public Conv withDilation(int... dilation) {
    return each("dilation", dilation, (a, n) -> new Axis(a.stride(), a.before(), a.after(), n));
  }

  /** With channels in groups: the outputs of one group see the inputs of that group only. */
  public Conv withGroups(int n) {
    return new Conv(axes, n);
  }

  /**
   * With the padding that keeps sizes, for kernels of this size: {@code padding="same"}. Where it
   * is odd, the extra zero comes last. Set the dilation first.
   *
   * @throws IllegalArgumentException unless the stride is 1
   */
  public Conv withSamePadding(int... kernel) {
    return each(
        "kernel",
        kernel,
        (a, k) -> {
          if (a.stride() != 1) {
            throw new IllegalArgumentException(
                "conv: same padding needs stride 1, got stride " + a.stride());
          }
          int total = a.span(k) - 1;
          return new Axis(1, total / 2, total - total / 2, a.dilation());
        });
  }

  private Conv each(String what, int[] values, BiFunction<Axis, Integer, Axis> change) {
    int[] each = forEach(what, values);
    return new Conv(
        IntStream.range(0, each.length).mapToObj(d -> change.apply(axes.get(d), each[d])).toList(),
        groups);
  }

  /** A number for each dimension, of which one may be given for all. */
  private int[] forEach(String what, int... values) {
    if (values.length != 1 && values.length != axes.size()) {
      throw new IllegalArgumentException(
          "conv%dd: %s needs 1 or %d numbers, got %s"
              .formatted(axes.size(), what, axes.size(), Arrays.toString(values)));
    }
    return IntStream.range(0, axes.size()).map(d -> values[values.length == 1 ? 0 : d]).toArray();
  }

  @Override
  public String name() {
    return "conv%dd".formatted(axes.size());
  }

  // --- application, to a single example too ---

  /**
   * The convolution of an input [n, c, size...], or of a single one [c, size...].
   *
   * @param kernel [o, c/groups, k...]
   * @param bias [o], or null for none
   * @throws ShapeException if the sizes do not fit
   * @throws DTypeException unless all are float32 or all float64
   */
  public Tensor on(Tensor input, Tensor kernel, @Nullable Tensor bias) {
    if (input.rank() == axes.size() + 1) {
      return on(input.unsqueeze(0), kernel, bias).squeeze(0);
    }
    return bias == null ? apply(input, kernel) : apply(input, kernel, bias);
  }

  /**
   * The transposed convolution of an input [n, c, size...], or of a single one [c, size...]: the
   * adjoint of the convolution with this kernel, plus a bias. {@code
   * torch.nn.functional.conv_transpose2d} and its siblings.
   *
   * @param kernel [c, o/groups, k...]
   * @param bias [o], or null for none
   * @param outputPadding how much larger the result is than the smallest input that the convolution
   *     would map to this size: less than the stride; one for all dimensions or for each, or none
   * @throws ShapeException if the sizes do not fit
   * @throws DTypeException unless all are float32 or all float64
   */
  public Tensor transposedOn(
      Tensor input, Tensor kernel, @Nullable Tensor bias, int... outputPadding) {
    if (input.rank() == axes.size() + 1) {
      return transposedOn(input.unsqueeze(0), kernel, bias, outputPadding).squeeze(0);
    }
    Shape wide = transposed(input.shape(), kernel.shape(), outputPadding);
    if (bias != null) {
      requireBias("convTranspose", kernel.shape(), wide.dim(1), bias.shape());
    }
    Tensor y = new InputGrad(this, wide).apply(input, kernel);
    return bias == null ? y : y.add(perChannel(bias));
  }

  // --- shapes ---

  @Override
  public Shape shape(Tensor... in) {
    Shape x = in[0].shape();
    Shape w = in[1].shape();
    Shape y = output(x, w);
    if (in.length > 2) {
      requireBias(name(), w, w.dim(0), in[2].shape());
    }
    return y;
  }

  private static void requireBias(String operator, Shape kernel, int channels, Shape bias) {
    if (!bias.equals(Shape.of(channels))) {
      throw new ShapeException(
          "%s: kernel %s needs a bias [%d], got %s".formatted(operator, kernel, channels, bias));
    }
  }

  /** The shape of the result for an input and a kernel. */
  private Shape output(Shape x, Shape w) {
    int rank = axes.size() + 2;
    if (x.rank() != rank || w.rank() != rank) {
      throw new ShapeException(
          "%s: needs an input [n, channels, ...] and a kernel [out, channels/groups, ...] of %d dimensions, got %s and %s"
              .formatted(name(), rank, x, w));
    }
    if (x.dim(1) != w.dim(1) * groups) {
      throw new ShapeException(
          "%s: input %s has %d channels, but kernel %s with groups=%d takes %d (%d per group, dimension 1 of the kernel, times groups)"
              .formatted(name(), x, x.dim(1), w, groups, w.dim(1) * groups, w.dim(1)));
    }
    if (w.dim(0) % groups != 0) {
      throw new ShapeException(
          "%s: the %d output channels of kernel %s cannot be split into groups=%d"
              .formatted(name(), w.dim(0), w, groups));
    }
    int[] dims = x.dims();
    dims[1] = w.dim(0);
    for (int d = 2; d < rank; d++) {
      dims[d] = axes.get(d - 2).outputs(name(), x.dim(d), w.dim(d));
    }
    return Shape.of(dims);
  }

  /**
   * The shape of the transposed convolution of x with kernel w: the input for which this makes x,
   * {@code outputPadding} larger than the smallest such.
   */
  private Shape transposed(Shape x, Shape w, int... outputPadding) {
    String operator = "convTranspose%dd".formatted(axes.size());
    int rank = axes.size() + 2;
    if (x.rank() != rank || w.rank() != rank || x.dim(1) != w.dim(0)) {
      throw new ShapeException(
          "%s: needs an input [n, c, ...] and a kernel [c, out/groups, ...] of %d dimensions with the same c, got %s and %s"
              .formatted(operator, rank, x, w));
    }
    int[] dims = x.dims();
    dims[1] = w.dim(1) * groups;
    int[] more = forEach("outputPadding", outputPadding.length == 0 ? new int[1] : outputPadding);
    for (int d = 0; d < axes.size(); d++) {
      Axis axis = axes.get(d);
      int extra = more[d];
      if (extra < 0 || extra >= axis.stride()) {
        throw new IllegalArgumentException(
            "%s: output padding must be at least 0 and less than the stride %d, got %d"
                .formatted(operator, axis.stride(), extra));
      }
      int size = axis.inputs(x.dim(d + 2), w.dim(d + 2)) + extra;
      if (size < 1) {
        throw new ShapeException(
            "%s: nothing is left of input %s with kernel %s and padding %d"
                .formatted(operator, x, w, axis.before()));
      }
      dims[d + 2] = size;
    }
    return Shape.of(dims);
  }

  /** Refuses a gradient that is not of the output's shape. */
  private void require(String operator, Shape g, Shape x, Shape w) {
    Shape y = output(x, w);
    if (!g.equals(y)) {
      throw new ShapeException(
          "%s: input %s and kernel %s make %s, got a gradient %s".formatted(operator, x, w, y, g));
    }
  }

  @Override
  public DType dtype(Tensor... in) {
    return DType.floating(name(), in);
  }

  // --- values ---

  @Override
  public void forward(Tensor[] in, Tensor out) {
    if (in[1].numel() == 0 && in.length == 2) {
      out.fillInPlace(0); // no channels: a sum of nothing
      return;
    }
    Strided bias = in.length > 2 ? in[2].contiguous().strided() : null;
    kernel(in[0].shape(), in[1].shape())
        .forward(in[0].contiguous().strided(), in[1].contiguous().strided(), bias, out.strided());
  }

  /** The loops, in three dimensions: those missing come first, of size 1. */
  private Convolution kernel(Shape x, Shape w) {
    Shape y = output(x, w);
    var dims = new ArrayList<Dimension>(Collections.nCopies(3 - axes.size(), Dimension.ONE));
    for (int d = 2; d < y.rank(); d++) {
      Axis a = axes.get(d - 2);
      dims.add(new Dimension(x.dim(d), w.dim(d), a.stride(), a.before(), a.dilation(), y.dim(d)));
    }
    return new Convolution(x.dim(0), groups, w.dim(1), w.dim(0) / groups, dims, Gradus.winograd());
  }

  /** Which algorithms compute the three passes for such an input and kernel, a line each. */
  public String describe(Tensor x, Tensor w) {
    Convolution kernel = kernel(x.shape(), w.shape());
    return Arrays.stream(ConvolutionPlan.Pass.values())
        .map(pass -> ConvolutionPlan.of(kernel, pass, dtype(x, w) == DType.FLOAT64).toString())
        .collect(Collectors.joining("\n"));
  }

  // --- derivatives ---

  @Override
  public Tensor vjp(int i, Tensor g, Call call) {
    return switch (i) {
      case 0 -> new InputGrad(this, call.shape(0)).apply(g, call.in(1));
      case 1 -> new KernelGrad(this, call.shape(1)).apply(g, call.in(0));
      default -> g.sum(IntStream.range(0, g.rank()).filter(d -> d != 1).toArray());
    };
  }

  @Override
  public Reads reads(int i) {
    return i < 2 ? Reads.of(1 - i) : Reads.NOTHING;
  }

  @Override
  public @Nullable Tensor[] jvp(@Nullable Tensor[] tangents, Call call) {
    Tensor bias = tangents.length > 2 ? tangents[2] : null;
    return Tangents.biased(this, bias == null ? null : perChannel(bias), tangents, call);
  }

  /** A bias [..., o] as it is added to a result: [..., o, 1, ...]. */
  private Tensor perChannel(Tensor bias) {
    int[] dims = Arrays.copyOf(bias.shape().dims(), bias.rank() + axes.size());
    Arrays.fill(dims, bias.rank(), dims.length, 1);
    return bias.reshape(dims);
  }

  @Override
  public Tensor[] vmap(int size, boolean[] batched, Tensor... in) {
    boolean apart = in.length > 2 && (batched[1] || batched[2]); // the bias is added behind
    Tensor[] operands = apart ? Arrays.copyOf(in, 2) : in;
    var folding = Folding.of(size, groups, INPUT, KERNEL, batched);
    Tensor y =
        batched[0] || batched[1]
            ? folding.run(folding.all(this), INPUT, KERNEL, OUTPUT, batched, operands)
            : apply(operands);
    return Batches.of(apart ? y.add(perChannel(batched[2] ? in[2].unsqueeze(1) : in[2])) : y);
  }

  /**
   * Gradient of the input, of the result's gradient g and the kernel. As an operator on g it is the
   * transposed convolution.
   */
  public record InputGrad(Conv conv, Shape input) implements Gradient {
    @Override
    public String name() {
      return conv.name() + "InputGrad";
    }

    @Override
    public Shape shape(Tensor... in) {
      conv.require(name(), in[0].shape(), input, in[1].shape());
      return input;
    }

    @Override
    public void forward(Tensor[] in, Tensor out) {
      conv.kernel(input, in[1].shape())
          .inputGradient(in[0].contiguous().strided(), in[1].contiguous().strided(), out.strided());
    }

    @Override
    public Tensor vjp(int i, Tensor h, Call call) {
      return i == 0
          ? conv.apply(h, call.in(1))
          : new KernelGrad(conv, call.shape(1)).apply(call.in(0), h);
    }

    @Override
    public Tensor[] vmap(int size, boolean[] batched, Tensor... in) {
      var folding = Folding.of(size, conv.groups, OUTPUT, KERNEL, batched);
      var all = new InputGrad(folding.all(conv), folding.all(INPUT, input));
      return Batches.of(folding.run(all, OUTPUT, KERNEL, INPUT, batched, in));
    }
  }

  /** Gradient of the kernel, of the result's gradient g and the input. */
  public record KernelGrad(Conv conv, Shape kernel) implements Gradient {
    @Override
    public String name() {
      return conv.name() + "KernelGrad";
    }

    @Override
    public Shape shape(Tensor... in) {
      conv.require(name(), in[0].shape(), in[1].shape(), kernel);
      return kernel;
    }

    @Override
    public void forward(Tensor[] in, Tensor out) {
      conv.kernel(in[1].shape(), kernel)
          .kernelGradient(
              in[0].contiguous().strided(), in[1].contiguous().strided(), out.strided());
    }

    @Override
    public Tensor vjp(int i, Tensor h, Call call) {
      return i == 0
          ? conv.apply(call.in(1), h)
          : new InputGrad(conv, call.shape(1)).apply(call.in(0), h);
    }

    @Override
    public Tensor[] vmap(int size, boolean[] batched, Tensor... in) {
      var folding = Folding.of(size, conv.groups, OUTPUT, INPUT, batched);
      var all = new KernelGrad(folding.all(conv), folding.all(KERNEL, kernel));
      return Batches.of(folding.run(all, OUTPUT, INPUT, KERNEL, batched, in));
    }
  }
}
