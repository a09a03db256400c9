package gradus.kernel.threads;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * A table with two generations. When the recent one is full it becomes the older one, and what
 * nobody asks for until the next is full is forgotten. A hit in the recent one is one look-up.
 */
public final class RecentCache<K, V> {
  private final int most;
  private final UnaryOperator<K> copier;
  private final Function<K, V> maker;
  private volatile Map<K, V> recent = new ConcurrentHashMap<>();
  private Map<K, V> older = Map.of(); // guarded by this

  /**
   * @param most entries of a generation
   * @param copier a key that nobody will change, equal to the one given
   * @param maker the value of such a key
   */
  public RecentCache(int most, UnaryOperator<K> copier, Function<K, V> maker) {
    this.most = most;
    this.copier = copier;
    this.maker = maker;
  }

  /** The value of this key, made if it is not known any more. */
  public V get(K key) {
    V known = recent.get(key);
    return known != null ? known : remembered(key);
  }

  private synchronized V remembered(K key) {
    if (recent.size() >= most) {
      older = recent;
      recent = new ConcurrentHashMap<>();
    }
    V before = older.get(key);
    return recent.computeIfAbsent(copier.apply(key), k -> before != null ? before : maker.apply(k));
  }

  /** All values that are known. */
  public synchronized Collection<V> values() {
    var all = new ArrayList<>(recent.values());
    older.forEach(
        (key, value) -> {
          if (!recent.containsKey(key)) {
            all.add(value);
          }
        });
    return all;
  }
}
