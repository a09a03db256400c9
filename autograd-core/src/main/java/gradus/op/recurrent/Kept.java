package gradus.op.recurrent;

import gradus.DType;
import gradus.Shape;
import gradus.Storage;
import gradus.Tensor;
import gradus.kernel.threads.Spares;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What an application keeps of its forward pass for its derivative. Nobody else sees it, so its
 * memory serves the next application as soon as the graph is freed.
 *
 * <p>Whoever works with it has taken it out, so that a pass that frees the graph cannot give away
 * what another pass reads.
 */
final class Kept {
  private final AtomicReference<@Nullable Tensor> tensor = new AtomicReference<>();

  /** Room of that shape, contents arbitrary. */
  static Tensor room(Shape shape, DType dtype) {
    int n = shape.size();
    Object spare = dtype == DType.FLOAT32 ? Spares.floats(n) : Spares.doubles(n);
    return spare == null
        ? Tensor.empty(shape, dtype)
        : Tensor.wrap(new Storage(spare), dtype, shape);
  }

  /** Keeps a tensor that {@link #room} has made. */
  void put(Tensor t) {
    tensor.set(t);
  }

  /** What is kept, which is kept no longer; null if there is nothing. */
  @Nullable Tensor take() {
    return tensor.getAndSet(null);
  }

  /** Gives away the memory of a tensor that {@link #room} has made and nobody refers to. */
  static void free(Tensor t) {
    Spares.give(t.storage().array());
  }

  /** Gives its memory away. */
  void free() {
    Tensor t = take();
    if (t != null) {
      free(t);
    }
  }
}
