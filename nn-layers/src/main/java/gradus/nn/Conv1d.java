package gradus.nn;

import gradus.Parameter;
import gradus.Tensor;
import gradus.op.convolution.Conv;
import org.jspecify.annotations.Nullable;

/**
 * Convolution with a learned kernel: [n, in, l] -> [n, out, ...].
 *
 * @param weight [out, in/groups, k...]
 * @param bias [out], or null for none
 * @param conv stride, padding, dilation and groups
 */
public record Conv1d(Parameter weight, @Nullable Parameter bias, Conv conv) implements Layer {
  public Conv1d {
    ConvParameters.check("Conv1d", 1, weight, bias, conv);
  }

  /** Stride 1, no padding, with a bias; weight and bias start uniform as in PyTorch. */
  public Conv1d(int in, int out, int kernel) {
    this(in, out, kernel, 1, 0);
  }

  public Conv1d(int in, int out, int kernel, int stride) {
    this(in, out, kernel, stride, 0);
  }

  public Conv1d(int in, int out, int kernel, int stride, int padding) {
    this(in, out, kernel, stride, padding, 1, 1, true);
  }

  public Conv1d(
      int in,
      int out,
      int kernel,
      int stride,
      int padding,
      int dilation,
      int groups,
      boolean bias) {
    this(
        in,
        out,
        ConvParameters.cube(1, kernel),
        Conv.of(1)
            .withStride(stride)
            .withPadding(padding)
            .withDilation(dilation)
            .withGroups(groups),
        bias);
  }

  /** With a size for each dimension; stride 1, no padding, with a bias. */
  public Conv1d(int in, int out, int[] kernel) {
    this(in, out, kernel, Conv.of(1), true);
  }

  /** With settings for each dimension. */
  public Conv1d(int in, int out, int[] kernel, Conv conv, boolean bias) {
    this(
        ConvParameters.weight("Conv1d", in, out, kernel, conv),
        bias ? ConvParameters.bias(in / conv.groups(), out, kernel) : null,
        conv);
  }

  /** This kernel and bias with another stride: one, or one for each dimension. */
  public Conv1d withStride(int... stride) {
    return new Conv1d(weight, bias, conv.withStride(stride));
  }

  /** This kernel and bias with another padding: one, or one for each dimension. */
  public Conv1d withPadding(int... padding) {
    return new Conv1d(weight, bias, conv.withPadding(padding));
  }

  /** This kernel and bias with another dilation: one, or one for each dimension. */
  public Conv1d withDilation(int... dilation) {
    return new Conv1d(weight, bias, conv.withDilation(dilation));
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.conv(x, conv, weight, bias);
  }

  @Override
  public String settings() {
    return ConvParameters.settings(weight, bias, conv);
  }

  @Override
  public String toString() {
    return describe();
  }
}
