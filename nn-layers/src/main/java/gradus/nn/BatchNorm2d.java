package gradus.nn;

import gradus.Tensor;
import org.jspecify.annotations.Nullable;

/** Batch normalisation of [n, channels, height, width]: {@link BatchNorm}. */
public final class BatchNorm2d extends BatchNorm {
  /** Affine, with running statistics, as in PyTorch. */
  public BatchNorm2d(int channels) {
    this(channels, 1e-5, 0.1, true, true);
  }

  /**
   * With all settings.
   *
   * @param momentum the weight of a new batch in the running averages; null for their plain average
   * @param affine whether to learn a weight and a bias
   * @param trackRunningStats whether to keep running averages for evaluation
   */
  public BatchNorm2d(
      int channels,
      double eps,
      @Nullable Double momentum,
      boolean affine,
      boolean trackRunningStats) {
    super(channels, eps, momentum, affine, trackRunningStats);
  }

  private BatchNorm2d(BatchNorm2d of, double eps, @Nullable Double momentum) {
    super(of, eps, momentum);
  }

  /** These parameters and running statistics with another epsilon. */
  public BatchNorm2d withEps(double eps) {
    return new BatchNorm2d(this, eps, momentum());
  }

  /** These parameters and running statistics, moved by another momentum, or null. */
  public BatchNorm2d withMomentum(@Nullable Double momentum) {
    return new BatchNorm2d(this, eps(), momentum);
  }

  @Override
  void check(Tensor x) {
    require(x, "[n, channels, height, width]", 4);
  }
}
