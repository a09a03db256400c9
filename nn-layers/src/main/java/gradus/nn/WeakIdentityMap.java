package gradus.nn;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A map that finds its keys by identity and does not keep them alive: two equal records are two
 * keys, and an entry goes with its key. Any number of threads may use it. A value that refers to
 * its own key does keep it alive.
 */
final class WeakIdentityMap<V> {
  private final ConcurrentHashMap<Object, V> entries = new ConcurrentHashMap<>();
  private final ReferenceQueue<Object> collected = new ReferenceQueue<>();

  /** A key in the map. */
  private static final class Key extends WeakReference<Object> {
    private final int hash;

    Key(Object object, ReferenceQueue<Object> queue) {
      super(object, queue);
      hash = System.identityHashCode(object);
    }

    @Override
    public int hashCode() {
      return hash;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      if (this == other) {
        return true;
      }
      Object object = get();
      return object != null && other instanceof Key key && key.refersTo(object);
    }
  }

  /** What looks for a key; it needs no weak reference. */
  private record Probe(Object object) {
    @Override
    public int hashCode() {
      return System.identityHashCode(object);
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Key key && key.refersTo(object);
    }
  }

  boolean isEmpty() {
    return entries.isEmpty();
  }

  /** The value of a key, null if it has none. */
  @Nullable V get(Object key) {
    if (entries.isEmpty()) {
      return null;
    }
    expunge();
    return entries.get(new Probe(key));
  }

  /** Replaces the value of a key in one step; null stands for none. */
  void change(Object key, Function<@Nullable V, @Nullable V> change) {
    expunge();
    entries.compute(new Key(key, collected), (_, value) -> change.apply(value));
    Reference.reachabilityFence(key);
  }

  private void expunge() {
    for (Object key = collected.poll(); key != null; key = collected.poll()) {
      entries.remove(key);
    }
  }
}
