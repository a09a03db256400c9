package gradus;

import gradus.op.convolution.Conv;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Convolutions (cross-correlations, as everywhere in deep learning) with PyTorch's layouts: input
 * [n, channels, size...] or a single [channels, size...], kernel [out, channels/groups, k...], bias
 * [out] or null. Settings hold for all dimensions; {@link #conv} takes one for each. Part of {@link
 * Tensor}.
 *
 * <p>All throw {@link ShapeException} where sizes do not fit, and {@link DTypeException} unless all
 * are float32 or all float64.
 */
sealed interface Convolution permits Tensor {

  /** Convolution with stride 1 and no padding: [n, c, l] -> [n, o, ...]. */
  default Tensor conv1d(Tensor kernel, @Nullable Tensor bias) {
    return conv(Conv.of(1), kernel, bias);
  }

  default Tensor conv1d(Tensor kernel, @Nullable Tensor bias, int stride, int padding) {
    return conv(Conv.of(1).withStride(stride).withPadding(padding), kernel, bias);
  }

  default Tensor conv1d(
      Tensor kernel, @Nullable Tensor bias, int stride, int padding, int dilation, int groups) {
    Conv conv =
        Conv.of(1)
            .withStride(stride)
            .withPadding(padding)
            .withDilation(dilation)
            .withGroups(groups);
    return conv(conv, kernel, bias);
  }

  /** Convolution with stride 1 and no padding: [n, c, h, w] -> [n, o, ...]. */
  default Tensor conv2d(Tensor kernel, @Nullable Tensor bias) {
    return conv(Conv.of(2), kernel, bias);
  }

  default Tensor conv2d(Tensor kernel, @Nullable Tensor bias, int stride, int padding) {
    return conv(Conv.of(2).withStride(stride).withPadding(padding), kernel, bias);
  }

  default Tensor conv2d(
      Tensor kernel, @Nullable Tensor bias, int stride, int padding, int dilation, int groups) {
    Conv conv =
        Conv.of(2)
            .withStride(stride)
            .withPadding(padding)
            .withDilation(dilation)
            .withGroups(groups);
    return conv(conv, kernel, bias);
  }

  /** Convolution with stride 1 and no padding: [n, c, d, h, w] -> [n, o, ...]. */
  default Tensor conv3d(Tensor kernel, @Nullable Tensor bias) {
    return conv(Conv.of(3), kernel, bias);
  }

  default Tensor conv3d(Tensor kernel, @Nullable Tensor bias, int stride, int padding) {
    return conv(Conv.of(3).withStride(stride).withPadding(padding), kernel, bias);
  }

  default Tensor conv3d(
      Tensor kernel, @Nullable Tensor bias, int stride, int padding, int dilation, int groups) {
    Conv conv =
        Conv.of(3)
            .withStride(stride)
            .withPadding(padding)
            .withDilation(dilation)
            .withGroups(groups);
    return conv(conv, kernel, bias);
  }

  /** Convolution with any settings: {@code x.conv(Conv.of(2).withStride(2, 1), kernel, null)}. */
  default Tensor conv(Conv settings, Tensor kernel, @Nullable Tensor bias) {
    Tensor x = (Tensor) this;
    boolean single = x.rank() == settings.axes().size() + 1;
    Tensor batch = single ? x.unsqueeze(0) : x;
    Tensor y = bias == null ? settings.apply(batch, kernel) : settings.apply(batch, kernel, bias);
    return single ? y.squeeze(0) : y;
  }

  /** Transposed convolution, kernel [c, o/groups, ...]: [n, c, l] -> [n, o, ...]. */
  default Tensor convTranspose1d(Tensor kernel, @Nullable Tensor bias, int stride, int padding) {
    return convTranspose1d(kernel, bias, stride, padding, 0, 1, 1);
  }

  default Tensor convTranspose1d(
      Tensor kernel,
      @Nullable Tensor bias,
      int stride,
      int padding,
      int outputPadding,
      int groups,
      int dilation) {
    Conv conv =
        Conv.of(1)
            .withStride(stride)
            .withPadding(padding)
            .withDilation(dilation)
            .withGroups(groups);
    return convTranspose(conv, kernel, bias, outputPadding);
  }

  /** Transposed convolution, kernel [c, o/groups, ...]: [n, c, h, w] -> [n, o, ...]. */
  default Tensor convTranspose2d(Tensor kernel, @Nullable Tensor bias, int stride, int padding) {
    return convTranspose2d(kernel, bias, stride, padding, 0, 1, 1);
  }

  default Tensor convTranspose2d(
      Tensor kernel,
      @Nullable Tensor bias,
      int stride,
      int padding,
      int outputPadding,
      int groups,
      int dilation) {
    Conv conv =
        Conv.of(2)
            .withStride(stride)
            .withPadding(padding)
            .withDilation(dilation)
            .withGroups(groups);
    return convTranspose(conv, kernel, bias, outputPadding);
  }

  /** Transposed convolution, kernel [c, o/groups, ...]: [n, c, d, h, w] -> [n, o, ...]. */
  default Tensor convTranspose3d(Tensor kernel, @Nullable Tensor bias, int stride, int padding) {
    return convTranspose3d(kernel, bias, stride, padding, 0, 1, 1);
  }

  default Tensor convTranspose3d(
      Tensor kernel,
      @Nullable Tensor bias,
      int stride,
      int padding,
      int outputPadding,
      int groups,
      int dilation) {
    Conv conv =
        Conv.of(3)
            .withStride(stride)
            .withPadding(padding)
            .withDilation(dilation)
            .withGroups(groups);
    return convTranspose(conv, kernel, bias, outputPadding);
  }

  /**
   * Transposed convolution: the adjoint of the convolution with these settings and this kernel,
   * [in, out/groups, k...], plus a bias.
   *
   * @param outputPadding how much larger the result is than the smallest input that the convolution
   *     would map to this size: less than the stride, one for all dimensions or for each
   */
  default Tensor convTranspose(
      Conv settings, Tensor kernel, @Nullable Tensor bias, int... outputPadding) {
    Tensor x = (Tensor) this;
    boolean single = x.rank() == settings.axes().size() + 1;
    Tensor batch = single ? x.unsqueeze(0) : x;
    Shape wide = settings.transposed(batch.shape(), kernel.shape(), outputPadding);
    Tensor y = new Conv.InputGrad(settings, wide).apply(batch, kernel);
    if (bias != null) {
      int[] column = new int[settings.axes().size() + 1];
      Arrays.fill(column, 1);
      column[0] = bias.numel();
      y = y.add(bias.reshape(column));
    }
    return single ? y.squeeze(0) : y;
  }
}
