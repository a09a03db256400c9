package gradus;

/**
 * Special functions under the names of {@code torch.special}. The functions are the methods of
 * {@link Tensor} that they name.
 */
public final class Special {
  private Special() {}

  /** {@link Tensor#erf}. */
  public static Tensor erf(Tensor x) {
    return x.erf();
  }

  /** 1 / (1 + exp(-x)): {@link Tensor#sigmoid}. */
  public static Tensor expit(Tensor x) {
    return x.sigmoid();
  }

  /** {@link Tensor#expm1}. */
  public static Tensor expm1(Tensor x) {
    return x.expm1();
  }

  /** {@link Tensor#log1p}. */
  public static Tensor log1p(Tensor x) {
    return x.log1p();
  }

  /** {@link Tensor#logsumexp(int...)}. */
  public static Tensor logsumexp(Tensor x, int... dims) {
    return x.logsumexp(dims);
  }

  /** {@link Tensor#softmax}. */
  public static Tensor softmax(Tensor x, int dim) {
    return x.softmax(dim);
  }

  /** {@link Tensor#logSoftmax}. */
  public static Tensor logSoftmax(Tensor x, int dim) {
    return x.logSoftmax(dim);
  }
}
