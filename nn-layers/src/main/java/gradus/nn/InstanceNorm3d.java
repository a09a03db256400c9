package gradus.nn;

import org.jspecify.annotations.Nullable;

/** Instance normalisation of [n, channels, depth, height, width]: {@link InstanceNorm}. */
public final class InstanceNorm3d extends InstanceNorm {
  /** Without parameters and running statistics, as in PyTorch. */
  public InstanceNorm3d(int channels) {
    this(channels, 1e-5, 0.1, false, false);
  }

  /** With these settings; momentum null for the plain average of all batches. */
  public InstanceNorm3d(int channels, double eps, @Nullable Double momentum) {
    this(channels, eps, momentum, false, false);
  }

  /**
   * With all settings.
   *
   * @param momentum the weight of a new batch in the running averages; null for their plain average
   * @param affine whether to learn a weight and a bias
   * @param trackRunningStats whether to keep running averages for evaluation
   */
  public InstanceNorm3d(
      int channels,
      double eps,
      @Nullable Double momentum,
      boolean affine,
      boolean trackRunningStats) {
    super(channels, eps, momentum, affine, trackRunningStats);
  }

  @Override
  int spatial() {
    return 3;
  }
}
