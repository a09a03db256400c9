package gradus.tape;

import gradus.Tensor;
import gradus.kernel.threads.ArrayPool;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The memory of one backward pass. It counts, for each large storage that was made in the pass, how
 * many gradients in it are still to be passed on. A storage without any, that has not left the pass
 * and has no pending lazy reader, gives its array to a free list ({@link ArrayPool}), from which
 * the next gradient of that length takes it.
 */
public final class GradientMemory {
  /** How many storages at a time are asked whether their lazy readers are done. */
  private static final int ASKED = 8;

  // Small at first: a pass through small tensors has nothing to count.
  private final Map<ArrayStorage, Integer> held = new IdentityHashMap<>(2);
  private final Set<ArrayStorage> gone = Collections.newSetFromMap(new IdentityHashMap<>(2));
  private final List<ArrayStorage> made = new ArrayList<>();
  private final List<ArrayStorage> retired = new ArrayList<>();

  private volatile boolean over;

  GradientMemory() {}

  /** The pass is over: it looks at no storage any more. */
  void end() {
    over = true;
  }

  boolean isOver() {
    return over;
  }

  /** Notes a storage that was made in the pass. */
  public void made(ArrayStorage storage) {
    made.add(storage);
  }

  /** A gradient waits to be passed on. */
  void hold(Tensor g) {
    if (isOurs(g)) {
      held.merge(TensorAccess.storage(g), 1, Integer::sum);
    }
  }

  /** It waits no more; it may still be in use. */
  void take(Tensor g) {
    if (isOurs(g)) {
      held.computeIfPresent(TensorAccess.storage(g), (s, n) -> n == 1 ? null : n - 1);
    }
  }

  /** It left the pass: somebody else has it now. */
  void leave(Tensor g) {
    if (isOurs(g)) {
      gone.add(TensorAccess.storage(g));
    }
  }

  /** It is used no more, at the latest from the next {@link #sweep} on. */
  void release(Tensor g) {
    if (isOurs(g)) {
      retired.add(TensorAccess.storage(g));
    }
  }

  /** A derivative rule is done: what it made and nothing holds is used no more. */
  void releaseMade() {
    if (made.isEmpty()) {
      return;
    }
    for (int i = 0; i < made.size(); i++) {
      ArrayStorage storage = made.get(i);
      if (!held.containsKey(storage) && !gone.contains(storage)) {
        retired.add(storage);
      }
    }
    made.clear();
  }

  /** Gives away the memory that holds no gradient and whose lazy readers have read. */
  void sweep() {
    int last = retired.size() - 1;
    for (int i = last; i >= 0 && i > last - ASKED; i--) {
      ArrayStorage storage = retired.get(i);
      if (held.containsKey(storage) || gone.contains(storage)) {
        retired.remove(i); // if held, it is released once more
      } else if (!storage.hasPendingReaders()) {
        retired.remove(i);
        gone.add(storage);
        storage.release();
      }
    }
  }

  private boolean isOurs(Tensor g) {
    return TensorAccess.storage(g).owner() == this;
  }
}
