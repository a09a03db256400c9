package gradus.nn;

import gradus.Generator;
import gradus.Shape;
import gradus.Tensor;
import gradus.op.convolution.Conv;
import gradus.op.pooling.AvgPool;
import gradus.op.pooling.MaxPool;
import gradus.op.pooling.Windows;
import org.jspecify.annotations.Nullable;

// Over 400 lines because it is one list of signatures, the counterpart of torch.nn.functional.

/**
 * Functions of tensors with weights, targets or masks, and the activations: {@code
 * torch.nn.functional}, with PyTorch's names in lowerCamelCase and its order of arguments.
 *
 * <pre>{@code
 * Tensor y = F.relu(F.linear(x, weight, bias));
 * Tensor loss = F.crossEntropy(y, target);
 * }</pre>
 *
 * <p>Layers call these functions with their fields. None of them has a state; what changes (running
 * statistics) is an argument. Where PyTorch has a default, there is a form without the argument; an
 * argument that may be left out is {@code null}. All check shapes, types and settings before
 * anything is computed or changed, and throw {@link gradus.ShapeException}, {@link
 * gradus.DTypeException} or {@link IllegalArgumentException}.
 */
public final class F {
  private F() {}

  // --- linear ---

  /** {@code input weight'}: [..., in], [out, in] -> [..., out]. */
  public static Tensor linear(Tensor input, Tensor weight) {
    return linear(input, weight, null);
  }

  /** {@code input weight' + bias}: [..., in], [out, in], [out] -> [..., out]. */
  public static Tensor linear(Tensor input, Tensor weight, @Nullable Tensor bias) {
    var linear = new gradus.op.linalg.LinearOp();
    return bias == null ? linear.apply(input, weight) : linear.apply(input, weight, bias);
  }

  // --- convolution ---

  /** Convolution with stride 1, without padding: [n, c, l], [o, c, k...] -> [n, o, ...]. */
  public static Tensor conv1d(Tensor input, Tensor weight) {
    return conv1d(input, weight, null);
  }

  public static Tensor conv1d(Tensor input, Tensor weight, @Nullable Tensor bias) {
    return Conv.of(1).on(input, weight, bias);
  }

  public static Tensor conv1d(
      Tensor input, Tensor weight, @Nullable Tensor bias, int stride, int padding) {
    return Conv.of(1).withStride(stride).withPadding(padding).on(input, weight, bias);
  }

  /** Convolution: [n, c, l] or [c, l], weight [o, c/groups, k...], bias [o]. */
  public static Tensor conv1d(
      Tensor input,
      Tensor weight,
      @Nullable Tensor bias,
      int stride,
      int padding,
      int dilation,
      int groups) {
    return settings(1, stride, padding, dilation, groups).on(input, weight, bias);
  }

  /** Convolution with stride 1, without padding: [n, c, h, w], [o, c, k...] -> [n, o, ...]. */
  public static Tensor conv2d(Tensor input, Tensor weight) {
    return conv2d(input, weight, null);
  }

  public static Tensor conv2d(Tensor input, Tensor weight, @Nullable Tensor bias) {
    return Conv.of(2).on(input, weight, bias);
  }

  public static Tensor conv2d(
      Tensor input, Tensor weight, @Nullable Tensor bias, int stride, int padding) {
    return Conv.of(2).withStride(stride).withPadding(padding).on(input, weight, bias);
  }

  /** Convolution: [n, c, h, w] or [c, h, w], weight [o, c/groups, k...], bias [o]. */
  public static Tensor conv2d(
      Tensor input,
      Tensor weight,
      @Nullable Tensor bias,
      int stride,
      int padding,
      int dilation,
      int groups) {
    return settings(2, stride, padding, dilation, groups).on(input, weight, bias);
  }

  /** Convolution with stride 1, without padding: [n, c, d, h, w], [o, c, k...] -> [n, o, ...]. */
  public static Tensor conv3d(Tensor input, Tensor weight) {
    return conv3d(input, weight, null);
  }

  public static Tensor conv3d(Tensor input, Tensor weight, @Nullable Tensor bias) {
    return Conv.of(3).on(input, weight, bias);
  }

  public static Tensor conv3d(
      Tensor input, Tensor weight, @Nullable Tensor bias, int stride, int padding) {
    return Conv.of(3).withStride(stride).withPadding(padding).on(input, weight, bias);
  }

  /** Convolution: [n, c, d, h, w] or [c, d, h, w], weight [o, c/groups, k...], bias [o]. */
  public static Tensor conv3d(
      Tensor input,
      Tensor weight,
      @Nullable Tensor bias,
      int stride,
      int padding,
      int dilation,
      int groups) {
    return settings(3, stride, padding, dilation, groups).on(input, weight, bias);
  }

  /**
   * Convolution in one to three dimensions with settings for each of them, as in {@code F.conv(x,
   * Conv.of(2).withStride(2, 1), weight, bias)}.
   */
  public static Tensor conv(Tensor input, Conv settings, Tensor weight, @Nullable Tensor bias) {
    return settings.on(input, weight, bias);
  }

  /** Transposed convolution: [n, c, l], [c, o, k...], [o] -> [n, o, ...]. */
  public static Tensor convTranspose1d(
      Tensor input, Tensor weight, @Nullable Tensor bias, int stride, int padding) {
    return convTranspose1d(input, weight, bias, stride, padding, 0, 1, 1);
  }

  /**
   * Transposed convolution: [n, c, l] or [c, l], weight [c, o/groups, k...], bias [o]. Mind
   * PyTorch's order: groups come before dilation here.
   */
  public static Tensor convTranspose1d(
      Tensor input,
      Tensor weight,
      @Nullable Tensor bias,
      int stride,
      int padding,
      int outputPadding,
      int groups,
      int dilation) {
    return settings(1, stride, padding, dilation, groups)
        .transposedOn(input, weight, bias, outputPadding);
  }

  /** Transposed convolution: [n, c, h, w], [c, o, k...], [o] -> [n, o, ...]. */
  public static Tensor convTranspose2d(
      Tensor input, Tensor weight, @Nullable Tensor bias, int stride, int padding) {
    return convTranspose2d(input, weight, bias, stride, padding, 0, 1, 1);
  }

  /**
   * Transposed convolution: [n, c, h, w] or [c, h, w], weight [c, o/groups, k...], bias [o]. Mind
   * PyTorch's order: groups come before dilation here.
   */
  public static Tensor convTranspose2d(
      Tensor input,
      Tensor weight,
      @Nullable Tensor bias,
      int stride,
      int padding,
      int outputPadding,
      int groups,
      int dilation) {
    return settings(2, stride, padding, dilation, groups)
        .transposedOn(input, weight, bias, outputPadding);
  }

  /** Transposed convolution: [n, c, d, h, w], [c, o, k...], [o] -> [n, o, ...]. */
  public static Tensor convTranspose3d(
      Tensor input, Tensor weight, @Nullable Tensor bias, int stride, int padding) {
    return convTranspose3d(input, weight, bias, stride, padding, 0, 1, 1);
  }

  /**
   * Transposed convolution: [n, c, d, h, w] or [c, d, h, w], weight [c, o/groups, k...], bias [o].
   * Mind PyTorch's order: groups come before dilation here.
   */
  public static Tensor convTranspose3d(
      Tensor input,
      Tensor weight,
      @Nullable Tensor bias,
      int stride,
      int padding,
      int outputPadding,
      int groups,
      int dilation) {
    return settings(3, stride, padding, dilation, groups)
        .transposedOn(input, weight, bias, outputPadding);
  }

  /** Transposed convolution in one to three dimensions with settings for each of them. */
  public static Tensor convTranspose(
      Tensor input, Conv settings, Tensor weight, @Nullable Tensor bias, int... outputPadding) {
    return settings.transposedOn(input, weight, bias, outputPadding);
  }

  private static Conv settings(int dimensions, int stride, int padding, int dilation, int groups) {
    return Conv.of(dimensions)
        .withStride(stride)
        .withPadding(padding)
        .withDilation(dilation)
        .withGroups(groups);
  }

  // --- pooling ---

  /** The largest of each window, side by side: [n, c, l] or [c, l]. */
  public static Tensor maxPool1d(Tensor input, int kernelSize) {
    return maxPool1d(input, kernelSize, kernelSize, 0);
  }

  public static Tensor maxPool1d(Tensor input, int kernelSize, int stride) {
    return maxPool1d(input, kernelSize, stride, 0);
  }

  public static Tensor maxPool1d(Tensor input, int kernelSize, int stride, int padding) {
    return maxPool1d(input, kernelSize, stride, padding, 1, false);
  }

  /** With {@code ceilMode} a last window may begin inside and end outside. */
  public static Tensor maxPool1d(
      Tensor input, int kernelSize, int stride, int padding, int dilation, boolean ceilMode) {
    return maxPool(input, Windows.of(1, kernelSize, stride, padding, dilation, ceilMode));
  }

  /** The largest of each window, side by side: [n, c, h, w] or [c, h, w]. */
  public static Tensor maxPool2d(Tensor input, int kernelSize) {
    return maxPool2d(input, kernelSize, kernelSize, 0);
  }

  public static Tensor maxPool2d(Tensor input, int kernelSize, int stride) {
    return maxPool2d(input, kernelSize, stride, 0);
  }

  public static Tensor maxPool2d(Tensor input, int kernelSize, int stride, int padding) {
    return maxPool2d(input, kernelSize, stride, padding, 1, false);
  }

  /** With {@code ceilMode} a last window may begin inside and end outside. */
  public static Tensor maxPool2d(
      Tensor input, int kernelSize, int stride, int padding, int dilation, boolean ceilMode) {
    return maxPool(input, Windows.of(2, kernelSize, stride, padding, dilation, ceilMode));
  }

  /** The largest of each window, side by side: [n, c, d, h, w] or [c, d, h, w]. */
  public static Tensor maxPool3d(Tensor input, int kernelSize) {
    return maxPool3d(input, kernelSize, kernelSize, 0);
  }

  public static Tensor maxPool3d(Tensor input, int kernelSize, int stride) {
    return maxPool3d(input, kernelSize, stride, 0);
  }

  public static Tensor maxPool3d(Tensor input, int kernelSize, int stride, int padding) {
    return maxPool3d(input, kernelSize, stride, padding, 1, false);
  }

  /** With {@code ceilMode} a last window may begin inside and end outside. */
  public static Tensor maxPool3d(
      Tensor input, int kernelSize, int stride, int padding, int dilation, boolean ceilMode) {
    return maxPool(input, Windows.of(3, kernelSize, stride, padding, dilation, ceilMode));
  }

  /** The largest of each window, with settings for each dimension. */
  public static Tensor maxPool(Tensor input, Windows windows) {
    return new MaxPool(windows).on(input);
  }

  /** The mean of each window, side by side: [n, c, l] or [c, l]. */
  public static Tensor avgPool1d(Tensor input, int kernelSize) {
    return avgPool1d(input, kernelSize, kernelSize, 0);
  }

  public static Tensor avgPool1d(Tensor input, int kernelSize, int stride) {
    return avgPool1d(input, kernelSize, stride, 0);
  }

  public static Tensor avgPool1d(Tensor input, int kernelSize, int stride, int padding) {
    return avgPool1d(input, kernelSize, stride, padding, false, true, 0);
  }

  /** Divides by {@code divisorOverride}; if that is 0 by the size of the window. */
  public static Tensor avgPool1d(
      Tensor input,
      int kernelSize,
      int stride,
      int padding,
      boolean ceilMode,
      boolean countIncludePad,
      int divisorOverride) {
    Windows.Sliding windows = Windows.of(1, kernelSize, stride, padding, 1, ceilMode);
    return avgPool(input, countIncludePad ? windows : windows.withoutPadding(), divisorOverride);
  }

  /** The mean of each window, side by side: [n, c, h, w] or [c, h, w]. */
  public static Tensor avgPool2d(Tensor input, int kernelSize) {
    return avgPool2d(input, kernelSize, kernelSize, 0);
  }

  public static Tensor avgPool2d(Tensor input, int kernelSize, int stride) {
    return avgPool2d(input, kernelSize, stride, 0);
  }

  public static Tensor avgPool2d(Tensor input, int kernelSize, int stride, int padding) {
    return avgPool2d(input, kernelSize, stride, padding, false, true, 0);
  }

  /** Divides by {@code divisorOverride}; if that is 0 by the size of the window. */
  public static Tensor avgPool2d(
      Tensor input,
      int kernelSize,
      int stride,
      int padding,
      boolean ceilMode,
      boolean countIncludePad,
      int divisorOverride) {
    Windows.Sliding windows = Windows.of(2, kernelSize, stride, padding, 1, ceilMode);
    return avgPool(input, countIncludePad ? windows : windows.withoutPadding(), divisorOverride);
  }

  /** The mean of each window, side by side: [n, c, d, h, w] or [c, d, h, w]. */
  public static Tensor avgPool3d(Tensor input, int kernelSize) {
    return avgPool3d(input, kernelSize, kernelSize, 0);
  }

  public static Tensor avgPool3d(Tensor input, int kernelSize, int stride) {
    return avgPool3d(input, kernelSize, stride, 0);
  }

  public static Tensor avgPool3d(Tensor input, int kernelSize, int stride, int padding) {
    return avgPool3d(input, kernelSize, stride, padding, false, true, 0);
  }

  /** Divides by {@code divisorOverride}; if that is 0 by the size of the window. */
  public static Tensor avgPool3d(
      Tensor input,
      int kernelSize,
      int stride,
      int padding,
      boolean ceilMode,
      boolean countIncludePad,
      int divisorOverride) {
    Windows.Sliding windows = Windows.of(3, kernelSize, stride, padding, 1, ceilMode);
    return avgPool(input, countIncludePad ? windows : windows.withoutPadding(), divisorOverride);
  }

  /** The mean of each window, with settings for each dimension; a divisor of 0 is none. */
  public static Tensor avgPool(Tensor input, Windows windows, int divisorOverride) {
    return new AvgPool(windows, divisorOverride).on(input);
  }

  /** The largest of windows that share the length evenly: [n, c, l] -> [n, c, outputSize]. */
  public static Tensor adaptiveMaxPool1d(Tensor input, int outputSize) {
    return maxPool(input, Windows.adaptive(outputSize));
  }

  /** The largest of windows that share the input evenly: [n, c, h, w] -> [n, c, size, size]. */
  public static Tensor adaptiveMaxPool2d(Tensor input, int outputSize) {
    return adaptiveMaxPool2d(input, outputSize, outputSize);
  }

  public static Tensor adaptiveMaxPool2d(Tensor input, int height, int width) {
    return maxPool(input, Windows.adaptive(height, width));
  }

  /** The largest of windows that share the input evenly: [n, c, d, h, w] -> [n, c, size...]. */
  public static Tensor adaptiveMaxPool3d(Tensor input, int outputSize) {
    return adaptiveMaxPool3d(input, outputSize, outputSize, outputSize);
  }

  public static Tensor adaptiveMaxPool3d(Tensor input, int depth, int height, int width) {
    return maxPool(input, Windows.adaptive(depth, height, width));
  }

  /** Means of windows that share the length evenly: [n, c, l] -> [n, c, outputSize]. */
  public static Tensor adaptiveAvgPool1d(Tensor input, int outputSize) {
    return avgPool(input, Windows.adaptive(outputSize), 0);
  }

  /** Means of windows that share the input evenly: [n, c, h, w] -> [n, c, size, size]. */
  public static Tensor adaptiveAvgPool2d(Tensor input, int outputSize) {
    return adaptiveAvgPool2d(input, outputSize, outputSize);
  }

  public static Tensor adaptiveAvgPool2d(Tensor input, int height, int width) {
    return avgPool(input, Windows.adaptive(height, width), 0);
  }

  /** Means of windows that share the input evenly: [n, c, d, h, w] -> [n, c, size...]. */
  public static Tensor adaptiveAvgPool3d(Tensor input, int outputSize) {
    return adaptiveAvgPool3d(input, outputSize, outputSize, outputSize);
  }

  public static Tensor adaptiveAvgPool3d(Tensor input, int depth, int height, int width) {
    return avgPool(input, Windows.adaptive(depth, height, width), 0);
  }

  // --- activations, elementwise but for softmax ---

  /** max(x, 0). */
  public static Tensor relu(Tensor input) {
    return input.relu();
  }

  /** x times the standard normal distribution function at x. */
  public static Tensor gelu(Tensor input) {
    return input.gelu();
  }

  /**
   * As {@link #gelu(Tensor)}, or its approximation.
   *
   * @param approximate "none" or "tanh"
   */
  public static Tensor gelu(Tensor input, String approximate) {
    return input.gelu(approximate);
  }

  /** x sigmoid(x). */
  public static Tensor silu(Tensor input) {
    return input.silu();
  }

  /** x tanh(softplus(x)). */
  public static Tensor mish(Tensor input) {
    return input.mish();
  }

  /** log(1 + exp(x)), without overflow. */
  public static Tensor softplus(Tensor input) {
    return input.softplus();
  }

  /**
   * log(1 + exp(beta x)) / beta, and x itself where beta x is larger than the threshold.
   *
   * @param threshold infinite for none; PyTorch's default is 20, which differs by 2e-9
   */
  public static Tensor softplus(Tensor input, double beta, double threshold) {
    Softplus.requireBeta(beta);
    Tensor bent = beta == 1 ? input : input.mul(beta);
    Tensor y = beta == 1 ? input.softplus() : bent.softplus().div(beta);
    return threshold == Double.POSITIVE_INFINITY ? y : Tensor.where(bent.gt(threshold), input, y);
  }

  /** 1 / (1 + exp(-x)). */
  public static Tensor sigmoid(Tensor input) {
    return input.sigmoid();
  }

  /** The hyperbolic tangent. */
  public static Tensor tanh(Tensor input) {
    return input.tanh();
  }

  /** exp(x) / sum(exp(x)) along a dimension. */
  public static Tensor softmax(Tensor input, int dim) {
    return input.softmax(dim);
  }

  /** log(softmax(x)) along a dimension, also where softmax itself would underflow. */
  public static Tensor logSoftmax(Tensor input, int dim) {
    return input.logSoftmax(dim);
  }

  // --- normalisation ---

  /** Over the last dimensions, which have the given sizes, without weight and bias. */
  public static Tensor layerNorm(Tensor input, Shape normalizedShape) {
    return Normalizations.layer(input, normalizedShape, null, null, 1e-5);
  }

  /**
   * {@code (x - mean) / sqrt(variance + eps) * weight + bias} with mean and biased variance over
   * the last dimensions.
   *
   * @param normalizedShape the sizes of these dimensions, and the shape of weight and bias
   */
  public static Tensor layerNorm(
      Tensor input,
      Shape normalizedShape,
      @Nullable Tensor weight,
      @Nullable Tensor bias,
      double eps) {
    return Normalizations.layer(input, normalizedShape, weight, bias, eps);
  }

  /** Over the last dimensions, which have the given sizes, without weight. */
  public static Tensor rmsNorm(Tensor input, Shape normalizedShape) {
    return Normalizations.rms(input, normalizedShape, null, null);
  }

  /**
   * {@code x / sqrt(mean(x^2) + eps) * weight} with the mean over the last dimensions.
   *
   * @param normalizedShape the sizes of these dimensions, and the shape of the weight
   * @param eps null for the distance from 1 to the next number of the input's type
   */
  public static Tensor rmsNorm(
      Tensor input, Shape normalizedShape, @Nullable Tensor weight, @Nullable Double eps) {
    return Normalizations.rms(input, normalizedShape, weight, eps);
  }

  /** With mean and variance of each group of channels of each example; without weight and bias. */
  public static Tensor groupNorm(Tensor input, int numGroups) {
    return Normalizations.group(input, numGroups, null, null, 1e-5);
  }

  /**
   * {@code (x - mean) / sqrt(variance + eps) * weight + bias} of [n, channels, ...] with mean and
   * biased variance of each group of neighbouring channels of each example.
   *
   * @param weight [channels], as is the bias
   */
  public static Tensor groupNorm(
      Tensor input, int numGroups, @Nullable Tensor weight, @Nullable Tensor bias, double eps) {
    return Normalizations.group(input, numGroups, weight, bias, eps);
  }

  /** With mean and variance of each channel of each example; without weight and bias. */
  public static Tensor instanceNorm(Tensor input) {
    return Normalizations.instance(input, null, null, null, null, true, 0.1, 1e-5);
  }

  /**
   * {@code (x - mean) / sqrt(variance + eps) * weight + bias} of [n, channels, ...] with mean and
   * biased variance of each channel of each example.
   *
   * @param runningMean [channels] or null: moved towards the average over the examples, in place,
   *     or used instead of the example's own; likewise the variance
   * @param weight [channels], as is the bias
   * @param useInputStats whether each example's own statistics are used, and the running ones moved
   * @param momentum the weight of this batch in the running statistics
   */
  public static Tensor instanceNorm(
      Tensor input,
      @Nullable Tensor runningMean,
      @Nullable Tensor runningVar,
      @Nullable Tensor weight,
      @Nullable Tensor bias,
      boolean useInputStats,
      double momentum,
      double eps) {
    return Normalizations.instance(
        input, runningMean, runningVar, weight, bias, useInputStats, momentum, eps);
  }

  /** By running statistics, as in evaluation; without weight and bias. */
  public static Tensor batchNorm(Tensor input, Tensor runningMean, Tensor runningVar) {
    return Normalizations.batch(input, runningMean, runningVar, null, null, false, 0.1, 1e-5);
  }

  /**
   * {@code (x - mean) / sqrt(variance + eps) * weight + bias} of [n, channels, ...] with mean and
   * biased variance of each channel.
   *
   * @param runningMean [channels] or null: in training moved towards the mean of the batch, in
   *     place; otherwise used in its stead. Likewise the variance, moved towards the unbiased one
   * @param weight [channels], as is the bias
   * @param training whether the statistics of the batch are used, and the running ones moved
   * @param momentum the weight of this batch in the running statistics
   */
  public static Tensor batchNorm(
      Tensor input,
      @Nullable Tensor runningMean,
      @Nullable Tensor runningVar,
      @Nullable Tensor weight,
      @Nullable Tensor bias,
      boolean training,
      double momentum,
      double eps) {
    return Normalizations.batch(
        input, runningMean, runningVar, weight, bias, training, momentum, eps);
  }

  // --- dropout ---

  /**
   * In training, each element set to zero with probability p, and the others times 1 / (1 - p);
   * otherwise the input itself. Draws from {@link Generator#current}.
   */
  public static Tensor dropout(Tensor input, double p, boolean training) {
    return dropout(input, p, training, null);
  }

  /** As {@link #dropout(Tensor, double, boolean)}, from a given generator; null for the current. */
  public static Tensor dropout(
      Tensor input, double p, boolean training, @Nullable Generator generator) {
    Dropout.requireProbability("dropout", p);
    if (!training || p == 0) {
      return input;
    }
    if (p == 1) {
      return input.mul(0);
    }
    Generator drawing = generator != null ? generator : Generator.current();
    return input.mul(drawing.dropoutMask(p, input.shape(), input.dtype()));
  }

  // --- sparse ---

  /** Rows of a table picked by integers: [...], [rows, width] -> [..., width]. */
  public static Tensor embedding(Tensor input, Tensor weight) {
    return EmbeddingRows.pick(input, weight, null, Double.POSITIVE_INFINITY, 2, false);
  }

  /** As {@link #embedding(Tensor, Tensor)}, without a gradient for one row. */
  public static Tensor embedding(Tensor input, Tensor weight, @Nullable Integer paddingIdx) {
    return EmbeddingRows.pick(input, weight, paddingIdx, Double.POSITIVE_INFINITY, 2, false);
  }

  /**
   * Rows of a table picked by integers: [...], [rows, width] -> [..., width].
   *
   * @param input int64 or int32
   * @param paddingIdx a row that gets no gradient, negative ones from the end; null for none
   * @param maxNorm rows that are picked and longer than this are first shortened to it, in place;
   *     infinite for none
   * @param normType the p of the norm that measures length
   * @param scaleGradByFreq whether the gradient of a row is divided by how often it was picked
   * @throws IndexOutOfBoundsException if there is no such row
   */
  public static Tensor embedding(
      Tensor input,
      Tensor weight,
      @Nullable Integer paddingIdx,
      double maxNorm,
      double normType,
      boolean scaleGradByFreq) {
    return EmbeddingRows.pick(input, weight, paddingIdx, maxNorm, normType, scaleGradByFreq);
  }

  // --- attention ---

  /** {@code softmax(query key' / sqrt(e)) value}: [..., l, e], [..., s, e], [..., s, d]. */
  public static Tensor scaledDotProductAttention(Tensor query, Tensor key, Tensor value) {
    return DotProductAttention.apply(query, key, value, null, 0, false, null, false);
  }

  /** As {@link #scaledDotProductAttention(Tensor, Tensor, Tensor)} where the mask allows it. */
  public static Tensor scaledDotProductAttention(
      Tensor query, Tensor key, Tensor value, @Nullable Tensor attnMask) {
    return DotProductAttention.apply(query, key, value, attnMask, 0, false, null, false);
  }

  /** With the usual settings; causal attention is {@code (q, k, v, null, 0, true)}. */
  public static Tensor scaledDotProductAttention(
      Tensor query,
      Tensor key,
      Tensor value,
      @Nullable Tensor attnMask,
      double dropoutP,
      boolean isCausal) {
    return DotProductAttention.apply(query, key, value, attnMask, dropoutP, isCausal, null, false);
  }

  /**
   * {@code softmax(query key' scale + mask) value}: [..., l, e], [..., s, e], [..., s, d] -> [...,
   * l, d]. Leading dimensions broadcast.
   *
   * @param attnMask broadcasts to [..., l, s]: bool, true where attention is allowed, or numbers
   *     that are added. A row in which nothing is allowed gives 0
   * @param dropoutP with which probability a weight is dropped: always applied, pass 0 in
   *     evaluation
   * @param isCausal whether position i attends to positions 0 to i only; not together with a mask
   * @param scale null for 1 / sqrt(e)
   * @param enableGqa whether the query may have several times as many heads (dimension -3) as key
   *     and value, neighbours sharing one: Ainslie et al., "GQA", 2023
   */
  public static Tensor scaledDotProductAttention(
      Tensor query,
      Tensor key,
      Tensor value,
      @Nullable Tensor attnMask,
      double dropoutP,
      boolean isCausal,
      @Nullable Double scale,
      boolean enableGqa) {
    return DotProductAttention.apply(
        query, key, value, attnMask, dropoutP, isCausal, scale, enableGqa);
  }

  // --- losses; none of them broadcasts input and target ---

  /** The mean cross-entropy of softmax(input) with class indices or probabilities. */
  public static Tensor crossEntropy(Tensor input, Tensor target) {
    return ClassLosses.crossEntropy(input, target, null, -100, Reduction.MEAN, 0);
  }

  public static Tensor crossEntropy(Tensor input, Tensor target, Reduction reduction) {
    return ClassLosses.crossEntropy(input, target, null, -100, reduction, 0);
  }

  /** With a weight for each class; the mean over class indices is then the weighted mean. */
  public static Tensor crossEntropy(Tensor input, Tensor target, Tensor weight) {
    return ClassLosses.crossEntropy(input, target, weight, -100, Reduction.MEAN, 0);
  }

  /**
   * Cross-entropy of softmax(input): input [n, classes, d...] or [classes], not normalised.
   *
   * @param target class indices, an integer [n, d...], or probabilities, floating with the shape of
   *     the input
   * @param weight [classes], or null: a factor for each class; the mean over class indices is then
   *     the weighted mean
   * @param ignoreIndex class indices of this value do not count; PyTorch's default is -100
   * @param labelSmoothing how much of the target is spread evenly over all classes, in [0, 1].
   *     Szegedy et al., "Rethinking the Inception Architecture", 2015
   * @throws gradus.DTypeException if the target is neither class indices nor probabilities
   * @throws gradus.ShapeException if its shape does not fit
   * @throws IllegalArgumentException if a target is no class
   */
  public static Tensor crossEntropy(
      Tensor input,
      Tensor target,
      @Nullable Tensor weight,
      long ignoreIndex,
      Reduction reduction,
      double labelSmoothing) {
    return ClassLosses.crossEntropy(input, target, weight, ignoreIndex, reduction, labelSmoothing);
  }

  /** The mean negative log-likelihood of class indices under log-probabilities. */
  public static Tensor nllLoss(Tensor input, Tensor target) {
    return ClassLosses.nll(input, target, null, -100, Reduction.MEAN);
  }

  public static Tensor nllLoss(Tensor input, Tensor target, Reduction reduction) {
    return ClassLosses.nll(input, target, null, -100, reduction);
  }

  /**
   * The negative log-likelihood of class indices [n, d...] under log-probabilities [n, classes,
   * d...], or of a single index under [classes].
   *
   * @param weight [classes], or null: a factor for each class; the mean is then the weighted mean
   * @param ignoreIndex targets of this value do not count; PyTorch's default is -100
   * @throws gradus.DTypeException if the target is not of an integer type
   * @throws gradus.ShapeException if its shape does not fit
   * @throws IllegalArgumentException if a target is no class
   */
  public static Tensor nllLoss(
      Tensor input, Tensor target, @Nullable Tensor weight, long ignoreIndex, Reduction reduction) {
    return ClassLosses.nll(input, target, weight, ignoreIndex, reduction);
  }

  /** The mean of the squared differences. */
  public static Tensor mseLoss(Tensor input, Tensor target) {
    return ElementwiseLosses.mse(input, target, Reduction.MEAN);
  }

  /** The squared differences of two tensors of the same shape. */
  public static Tensor mseLoss(Tensor input, Tensor target, Reduction reduction) {
    return ElementwiseLosses.mse(input, target, reduction);
  }

  /** The mean of the absolute differences. */
  public static Tensor l1Loss(Tensor input, Tensor target) {
    return ElementwiseLosses.l1(input, target, Reduction.MEAN);
  }

  /** The absolute differences of two tensors of the same shape. */
  public static Tensor l1Loss(Tensor input, Tensor target, Reduction reduction) {
    return ElementwiseLosses.l1(input, target, reduction);
  }

  /** The mean binary cross-entropy of probabilities. */
  public static Tensor binaryCrossEntropy(Tensor input, Tensor target) {
    return ElementwiseLosses.binaryCrossEntropy(input, target, null, Reduction.MEAN);
  }

  public static Tensor binaryCrossEntropy(Tensor input, Tensor target, Reduction reduction) {
    return ElementwiseLosses.binaryCrossEntropy(input, target, null, reduction);
  }

  /**
   * The binary cross-entropy of probabilities in [0, 1] with targets of the same shape.
   *
   * @param weight factors for the elements, which broadcast; null for none
   * @throws gradus.ShapeException if the shapes differ
   * @throws IllegalArgumentException if the input is no probability
   */
  public static Tensor binaryCrossEntropy(
      Tensor input, Tensor target, @Nullable Tensor weight, Reduction reduction) {
    return ElementwiseLosses.binaryCrossEntropy(input, target, weight, reduction);
  }

  /** The mean binary cross-entropy of sigmoid(input), accurate for large inputs too. */
  public static Tensor binaryCrossEntropyWithLogits(Tensor input, Tensor target) {
    return ElementwiseLosses.binaryCrossEntropyWithLogits(
        input, target, null, Reduction.MEAN, null);
  }

  public static Tensor binaryCrossEntropyWithLogits(
      Tensor input, Tensor target, Reduction reduction) {
    return ElementwiseLosses.binaryCrossEntropyWithLogits(input, target, null, reduction, null);
  }

  /**
   * The binary cross-entropy of sigmoid(input) with targets of the same shape, accurate for large
   * inputs too.
   *
   * @param weight factors for the elements, which broadcast; null for none
   * @param posWeight by how much more positive targets count, broadcasts; null for 1
   * @throws gradus.ShapeException if the shapes differ
   */
  public static Tensor binaryCrossEntropyWithLogits(
      Tensor input,
      Tensor target,
      @Nullable Tensor weight,
      Reduction reduction,
      @Nullable Tensor posWeight) {
    return ElementwiseLosses.binaryCrossEntropyWithLogits(
        input, target, weight, reduction, posWeight);
  }
}
