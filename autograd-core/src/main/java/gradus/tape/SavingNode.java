package gradus.tape;

import gradus.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A node that keeps tensors for a derivative, with the versions that they had, until a backward
 * pass frees them. Residuals among them are reference counted.
 */
abstract sealed class SavingNode extends Node permits Node.Operation {
  private static final @Nullable Tensor[] NOTHING = {};
  private static final int[] UNCHANGED = {};

  private @Nullable Tensor @Nullable [] values = NOTHING; // null when freed
  private int[] versions = UNCHANGED;
  private @Nullable List<ArrayStorage> counted; // the storages of residuals; null for none

  /** A node that keeps nothing yet. */
  SavingNode(Tensor of, long time) {
    super(of, time);
  }

  /** Keeps these values, with null for what the derivative does not look at. */
  final void save(@Nullable Tensor... kept) {
    values = kept;
    versions = new int[kept.length];
    for (int i = 0; i < kept.length; i++) {
      Tensor value = kept[i];
      if (value != null) {
        save(i, TensorAccess.memory(value));
      }
    }
  }

  private void save(int i, ArrayStorage storage) {
    versions[i] = storage.version();
    LazyElements deferred = storage.deferred();
    if (deferred != null) {
      deferred.keep();
    }
    if (storage.owner() instanceof Residuals r && r.retain()) {
      counted = counted == null ? new ArrayList<>(2) : counted;
      counted.add(storage);
    }
  }

  final boolean isFreed() {
    return values == null;
  }

  /** The value at this place; null if it was not saved. */
  final @Nullable Tensor value(int i) {
    @Nullable Tensor[] alive = values;
    return alive == null || alive.length == 0 ? null : alive[i];
  }

  /** The version that it had. */
  final int version(int i) {
    return versions[i];
  }

  /** Bytes of the values whose storages are not among those counted; notes them there. */
  public final long bytesKept(Set<Object> others) {
    long bytes = 0;
    @Nullable Tensor[] alive = values == null ? NOTHING : values;
    for (Tensor t : alive) {
      if (t != null && others.add(TensorAccess.memory(t))) {
        bytes += (long) TensorAccess.memory(t).size() * t.dtype().bytes();
      }
    }
    return bytes;
  }

  /** A pass begins to read; false if the values were freed. */
  final boolean enter() {
    if (values == null) {
      return false;
    }
    for (int i = 0; counted != null && i < counted.size(); i++) {
      if (counted.get(i).owner() instanceof Residuals r && !r.retain()) {
        release(counted.subList(0, i));
        return false;
      }
    }
    return true;
  }

  /** The pass has read. */
  final void exit() {
    release(counted);
  }

  /** Lets the values go; of several passes, the first releases the residuals. */
  final void free() {
    if (counted == null) {
      values = null; // without a lock, which would cost more than the rest
      return;
    }
    boolean first;
    synchronized (this) {
      first = values != null;
      values = null;
    }
    if (first) {
      release(counted);
    }
  }

  private static void release(@Nullable List<ArrayStorage> residuals) {
    if (residuals == null) {
      return;
    }
    for (ArrayStorage storage : residuals) {
      if (storage.owner() instanceof Residuals r) {
        r.release(storage);
      }
    }
  }
}
