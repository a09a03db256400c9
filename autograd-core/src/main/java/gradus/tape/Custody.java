package gradus.tape;

import gradus.Storage;
import gradus.Tensor;
import gradus.kernel.threads.Spares;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The memory of one backward pass: which of the storages made in it hold gradients that are still
 * to be passed on. What holds none any more, and has not left the pass, goes to {@link Spares}.
 */
final class Custody {
  /** How many storages at a time are asked whether their late readers are done. */
  private static final int ASKED = 8;

  private final Map<Storage, Integer> held = new IdentityHashMap<>();
  private final Set<Storage> gone = Collections.newSetFromMap(new IdentityHashMap<>());
  private final List<Storage> retired = new ArrayList<>();

  private volatile boolean over;

  /** The pass is over: it looks at no storage any more. */
  void end() {
    over = true;
  }

  boolean isOver() {
    return over;
  }

  /** A gradient waits to be passed on. */
  void hold(Tensor g) {
    if (isOurs(g)) {
      held.merge(g.storage(), 1, Integer::sum);
    }
  }

  /** It waits no more; it may still be in use. */
  void take(Tensor g) {
    if (isOurs(g)) {
      held.computeIfPresent(g.storage(), (s, n) -> n == 1 ? null : n - 1);
    }
  }

  /** It left the pass: somebody else has it now. */
  void leave(Tensor g) {
    if (isOurs(g)) {
      gone.add(g.storage());
    }
  }

  /** It is used no more, at the latest from the next {@link #sweep} on. */
  void release(Tensor g) {
    if (isOurs(g)) {
      retired.add(g.storage());
    }
  }

  /** Gives away the memory that holds no gradient and whose late readers have read. */
  void sweep() {
    int last = retired.size() - 1;
    for (int i = last; i >= 0 && i > last - ASKED; i--) {
      Storage storage = retired.get(i);
      if (held.containsKey(storage) || gone.contains(storage)) {
        retired.remove(i); // if held, it is released once more
      } else if (!storage.isAwaited()) {
        retired.remove(i);
        gone.add(storage);
        storage.reuse();
      }
    }
  }

  private boolean isOurs(Tensor g) {
    return g.storage().maker() == this;
  }
}
