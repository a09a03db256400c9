package gradus.nn;

import org.jspecify.annotations.Nullable;

/** Instance normalisation of [n, channels, depth, height, width]: {@link InstanceNorm}. */
public final class InstanceNorm3d extends InstanceNorm {
  /** Without parameters and running statistics, as in PyTorch. */
  public InstanceNorm3d(int channels) {
    this(channels, 1e-5, 0.1, false, false);
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

  private InstanceNorm3d(InstanceNorm3d of, double eps, @Nullable Double momentum) {
    super(of, eps, momentum);
  }

  /** These parameters and running statistics with another epsilon. */
  public InstanceNorm3d withEps(double eps) {
    return new InstanceNorm3d(this, eps, momentum());
  }

  /** These parameters and running statistics, moved by another momentum, or null. */
  public InstanceNorm3d withMomentum(@Nullable Double momentum) {
    return new InstanceNorm3d(this, eps(), momentum);
  }

  @Override
  int spatial() {
    return 3;
  }
}
