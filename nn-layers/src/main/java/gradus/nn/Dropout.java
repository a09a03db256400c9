package gradus.nn;

import gradus.Generator;
import gradus.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * While training, sets each element to zero with probability {@code p} and scales the others by 1 /
 * (1 - p); otherwise does nothing. Srivastava et al., "Dropout", JMLR 15, 2014.
 */
public final class Dropout implements Layer {
  private final double p;
  private final @Nullable Generator generator; // null: the current one at each draw

  /** With p = 0.5. */
  public Dropout() {
    this(0.5);
  }

  /** Draws from {@link Generator#current}. */
  public Dropout(double p) {
    this(p, null);
  }

  /** Draws from a generator of its own; null for {@link Generator#current}. */
  public Dropout(double p, @Nullable Generator generator) {
    if (!(p >= 0 && p <= 1)) {
      throw new IllegalArgumentException("Dropout: p must be in [0, 1], got " + p);
    }
    this.p = p;
    this.generator = generator;
  }

  @Override
  public Tensor forward(Tensor x) {
    if (!isTraining() || p == 0) {
      return x;
    }
    if (p == 1) {
      return x.mul(0);
    }
    Generator drawing = generator != null ? generator : Generator.current();
    return x.mul(drawing.dropoutMask(p, x.shape(), x.dtype()));
  }

  @Override
  public String settings() {
    return "p=" + p;
  }

  @Override
  public String toString() {
    return describe();
  }
}
