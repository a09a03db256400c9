package gradus.nn;

import gradus.Tensor;
import org.jspecify.annotations.Nullable;

/** Batch normalisation of [n, channels] or [n, channels, length]: {@link BatchNorm}. */
public final class BatchNorm1d extends BatchNorm {
  /** Affine, with running statistics, as in PyTorch. */
  public BatchNorm1d(int channels) {
    this(channels, 1e-5, 0.1, true, true);
  }

  /**
   * With all settings.
   *
   * @param momentum the weight of a new batch in the running averages; null for their plain average
   * @param affine whether to learn a weight and a bias
   * @param trackRunningStats whether to keep running averages for evaluation
   */
  public BatchNorm1d(
      int channels,
      double eps,
      @Nullable Double momentum,
      boolean affine,
      boolean trackRunningStats) {
    super(channels, eps, momentum, affine, trackRunningStats);
  }

  private BatchNorm1d(BatchNorm1d of, double eps, @Nullable Double momentum) {
    super(of, eps, momentum);
  }

  /** These parameters and running statistics with another epsilon. */
  public BatchNorm1d withEps(double eps) {
    return new BatchNorm1d(this, eps, momentum());
  }

  /** These parameters and running statistics, moved by another momentum, or null. */
  public BatchNorm1d withMomentum(@Nullable Double momentum) {
    return new BatchNorm1d(this, eps(), momentum);
  }

  @Override
  void check(Tensor x) {
    require(x, "[n, channels] or [n, channels, length]", 2, 3);
  }
}
