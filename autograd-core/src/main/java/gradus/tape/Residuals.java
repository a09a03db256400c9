package gradus.tape;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * The reference count of the memory of one residual: nodes that saved it and passes that read it.
 * When the last lets go, the array returns to the free list, unless a gradient shares it.
 */
public final class Residuals {
  /** Far below every count that passes can reach. */
  private static final int FREED = Integer.MIN_VALUE / 2;

  private final AtomicInteger users = new AtomicInteger();
  private volatile boolean escaped;

  /** No users yet. */
  public Residuals() {}

  /** Counts a user; false if the memory was given away already. */
  boolean retain() {
    return users.updateAndGet(n -> n < 0 ? FREED : n + 1) > 0;
  }

  /** A user is done with the residual in this storage. */
  void release(ArrayStorage storage) {
    if (users.updateAndGet(n -> n == 1 ? FREED : n - 1) == FREED
        && !escaped
        && !storage.hasPendingReaders()) {
      storage.release();
    }
  }

  /** The storage became that of a gradient, and is left to the garbage collector. */
  void escape() {
    escaped = true;
  }
}
