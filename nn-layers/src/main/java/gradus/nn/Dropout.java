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
    requireProbability("Dropout", p);
    this.p = p;
    this.generator = generator;
  }

  static void requireProbability(String name, double p) {
    if (!(p >= 0 && p <= 1)) {
      throw new IllegalArgumentException("%s: p must be in [0, 1], got %s".formatted(name, p));
    }
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.dropout(x, p, isTraining(), generator);
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
