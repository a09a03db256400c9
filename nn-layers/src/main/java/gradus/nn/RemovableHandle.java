package gradus.nn;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What ends a hook or an observer: {@code torch.utils.hooks.RemovableHandle}. It does not keep the
 * layer alive.
 */
public final class RemovableHandle implements AutoCloseable {
  private final AtomicReference<@Nullable Runnable> removal;

  RemovableHandle(Runnable removal) {
    this.removal = new AtomicReference<>(removal);
  }

  /** Removes what was registered; the second time does nothing. Any thread may do it. */
  public void remove() {
    Runnable action = removal.getAndSet(null);
    if (action != null) {
      action.run();
    }
  }

  /** The same as {@link #remove}, for try-with-resources. */
  @Override
  public void close() {
    remove();
  }
}
