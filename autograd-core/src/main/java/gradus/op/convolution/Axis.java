package gradus.op.convolution;

import gradus.ShapeException;

/**
 * How a kernel moves along one dimension.
 *
 * @param stride positions from one output to the next
 * @param before zeros put in front of the input
 * @param after zeros put behind it
 * @param dilation positions from one element of the kernel to the next
 */
public record Axis(int stride, int before, int after, int dilation) {
  public static final Axis UNIT = new Axis(1, 0, 0, 1);

  public Axis {
    if (stride < 1 || dilation < 1 || before < 0 || after < 0) {
      throw new IllegalArgumentException(
          "convolution: needs stride >= 1, dilation >= 1 and padding >= 0, got stride %d, dilation %d, padding %d and %d"
              .formatted(stride, dilation, before, after));
    }
  }

  /** How many inputs a kernel of this size spans. */
  int span(int kernel) {
    return dilation * (kernel - 1) + 1;
  }

  /** The least number of inputs that makes this number of outputs. */
  int inputs(int outputs, int kernel) {
    return (outputs - 1) * stride + span(kernel) - before - after;
  }

  /**
   * The number of outputs.
   *
   * @throws ShapeException if the kernel does not fit
   */
  int outputs(String operator, int input, int kernel) {
    int padded = input + before + after;
    if (kernel < 1 || span(kernel) > padded) {
      throw new ShapeException(
          "%s: a kernel of size %d%s does not fit into an input of size %d%s; add padding or use a smaller kernel"
              .formatted(
                  operator,
                  kernel,
                  dilation > 1
                      ? " with dilation %d, spanning %d,".formatted(dilation, span(kernel))
                      : "",
                  input,
                  before + after > 0 ? ", padded to " + padded : ""));
    }
    return (padded - span(kernel)) / stride + 1;
  }
}
