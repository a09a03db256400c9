package gradus.nn;

import gradus.Parameter;
import gradus.Tensor;
import gradus.op.convolution.Conv;
import org.jspecify.annotations.Nullable;

/**
 * Convolution with a learned kernel: [n, in, h, w] -> [n, out, ...].
 *
 * <pre>{@code
 * var small = new Conv2d(16, 33, 3);
 * var other = new Conv2d(16, 33, new int[] {3, 5}).withStride(2, 1).withPadding(4, 2);
 * }</pre>
 *
 * @param weight [out, in/groups, k...]
 * @param bias [out], or null for none
 * @param conv stride, padding, dilation and groups
 */
public record Conv2d(Parameter weight, @Nullable Parameter bias, Conv conv) implements Layer {
  public Conv2d {
    ConvParameters.check("Conv2d", 2, weight, bias, conv);
  }

  /** Stride 1, no padding, with a bias; weight and bias start uniform as in PyTorch. */
  public Conv2d(int in, int out, int kernel) {
    this(in, out, kernel, 1, 0);
  }

  public Conv2d(int in, int out, int kernel, int stride) {
    this(in, out, kernel, stride, 0);
  }

  public Conv2d(int in, int out, int kernel, int stride, int padding) {
    this(in, out, kernel, stride, padding, 1, 1, true);
  }

  public Conv2d(
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
        ConvParameters.cube(2, kernel),
        Conv.of(2)
            .withStride(stride)
            .withPadding(padding)
            .withDilation(dilation)
            .withGroups(groups),
        bias);
  }

  /** With a size for each dimension; stride 1, no padding, with a bias. */
  public Conv2d(int in, int out, int[] kernel) {
    this(in, out, kernel, Conv.of(2), true);
  }

  /** With settings for each dimension. */
  public Conv2d(int in, int out, int[] kernel, Conv conv, boolean bias) {
    this(
        ConvParameters.weight("Conv2d", in, out, kernel, conv),
        bias ? ConvParameters.bias(in / conv.groups(), out, kernel) : null,
        conv);
  }

  /** This kernel and bias with another stride: one, or one for each dimension. */
  public Conv2d withStride(int... stride) {
    return new Conv2d(weight, bias, conv.withStride(stride));
  }

  /** This kernel and bias with another padding: one, or one for each dimension. */
  public Conv2d withPadding(int... padding) {
    return new Conv2d(weight, bias, conv.withPadding(padding));
  }

  /** This kernel and bias with another dilation: one, or one for each dimension. */
  public Conv2d withDilation(int... dilation) {
    return new Conv2d(weight, bias, conv.withDilation(dilation));
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
