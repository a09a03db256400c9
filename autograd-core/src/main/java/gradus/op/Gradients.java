package gradus.op;

import gradus.Shape;
import gradus.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The gradients of the results of one application, as its derivative sees them, and of the
 * residuals, if the derivative was differentiated through them.
 */
public final class Gradients {
  private final @Nullable Tensor[] gradients;
  private final int results;
  private long unread;

  /**
   * Null entries stand for what nothing flowed back to.
   *
   * @param results how many of them are those of results; the others are those of residuals
   */
  public Gradients(int results, @Nullable Tensor... gradients) {
    this.results = results;
    this.gradients = gradients;
    for (int k = 0; k < gradients.length; k++) {
      unread |= gradients[k] == null ? 0 : 1L << Math.min(k, 63);
    }
  }

  /** The gradient of result {@code k}; null if nothing flowed back to it. */
  public @Nullable Tensor of(int k) {
    return read(k);
  }

  /** The gradient of residual {@code k}; null if nothing flowed back to it. */
  public @Nullable Tensor residual(int k) {
    return read(results + k);
  }

  private @Nullable Tensor read(int k) {
    unread &= ~(1L << Math.min(k, 63));
    return k < gradients.length ? gradients[k] : null;
  }

  /** The gradient of result {@code k}, or zeros like it that take no memory but a row. */
  public Tensor orZeros(int k, Call call) {
    Tensor g = of(k);
    if (g != null) {
      return g;
    }
    Shape shape = call.outShape(k);
    Shape row = shape.rank() == 0 ? shape : Shape.of(shape.dim(-1));
    return Tensor.zeros(row, call.outDtype(k)).expand(shape);
  }

  /** What a rule has not looked at, in words; null if it has looked at every gradient. */
  public @Nullable String firstUnread() {
    if (unread == 0) {
      return null;
    }
    int k = Long.numberOfTrailingZeros(unread);
    return k < results ? "result " + k : "residual " + (k - results);
  }
}
