package gradus.nn;

import org.jspecify.annotations.Nullable;

/** Instance normalisation of [n, channels, length]: {@link InstanceNorm}. */
public final class InstanceNorm1d extends InstanceNorm {
  /** Without parameters and running statistics, as in PyTorch. */
  public InstanceNorm1d(int channels) {
    this(channels, 1e-5, 0.1, false, false);
  }

  /**
   * With all settings.
   *
   * @param momentum the weight of a new batch in the running averages; null for their plain average
   * @param affine whether to learn a weight and a bias
   * @param trackRunningStats whether to keep running averages for evaluation
   */
  public InstanceNorm1d(
      int channels,
      double eps,
      @Nullable Double momentum,
      boolean affine,
      boolean trackRunningStats) {
    super(channels, eps, momentum, affine, trackRunningStats);
  }

  private InstanceNorm1d(InstanceNorm1d of, double eps, @Nullable Double momentum) {
    super(of, eps, momentum);
  }

  /** These parameters and running statistics with another epsilon. */
  public InstanceNorm1d withEps(double eps) {
    return new InstanceNorm1d(this, eps, momentum());
  }

  /** These parameters and running statistics, moved by another momentum, or null. */
  public InstanceNorm1d withMomentum(@Nullable Double momentum) {
    return new InstanceNorm1d(this, eps(), momentum);
  }

  @Override
  int spatial() {
    return 1;
  }
}
