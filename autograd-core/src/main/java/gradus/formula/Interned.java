package gradus.formula;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * An entry of the table of all expressions that are in use. The table finds an expression by an
 * equal one, and keeps none alive.
 */
final class Interned extends WeakReference<Expr> {
  private static final Map<Object, Interned> TABLE = new ConcurrentHashMap<>();

  private static final ReferenceQueue<Expr> COLLECTED = new ReferenceQueue<>();

  private final int hash;

  private Interned(Expr e) {
    super(e, COLLECTED);
    hash = e.hashCode();
  }

  /** The expression in use that equals this one: this one itself if there was none. */
  static Expr of(Expr fresh) {
    Expr known = find(fresh);
    return known != null ? known : add(fresh);
  }

  private static @Nullable Expr find(Expr fresh) {
    Interned entry = TABLE.get(fresh); // asks fresh whether it equals an entry
    return entry == null ? null : entry.get();
  }

  private static synchronized Expr add(Expr fresh) {
    for (Object gone = COLLECTED.poll(); gone != null; gone = COLLECTED.poll()) {
      TABLE.remove(gone);
    }
    Expr known = find(fresh);
    if (known == null) {
      var entry = new Interned(fresh);
      TABLE.put(entry, entry);
    }
    return known != null ? known : fresh;
  }

  /** How many expressions are in the table. */
  static int count() {
    return TABLE.size();
  }

  @Override
  public int hashCode() {
    return hash;
  }

  /** Equals no other entry, not even of a collected expression with the same value. */
  @Override
  public boolean equals(@Nullable Object other) {
    return this == other;
  }
}
