package gradus.kernel.threads;

import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Fast kernels of one kind, each made and warmed up when somebody first misses it. Those that are
 * missed most come first.
 *
 * <p>Nothing is ever dropped. A key says which code is generated (the form and size of a tile, the
 * distance of windows), never the sizes of operands, so there are a few hundred of them at most.
 *
 * @param <K> what tells the kernels apart: a record, an enum or a number
 * @param <T> the kernel; it has no mutable state, so that it may be read in a data race: to see it
 *     late does no harm
 */
public final class KernelCache<K, T> {
  /** Makes a kernel and primes it. */
  @FunctionalInterface
  public interface Maker<K, T> {
    /** The kernel; null if it does not become fast here. */
    @Nullable T make(K key);
  }

  private final boolean patient;
  private final Maker<K, T> maker;
  private final ConcurrentHashMap<K, Awaited> all = new ConcurrentHashMap<>();

  /**
   * @param patient whether to make kernels in the background; if not, the first who asks makes it
   */
  public KernelCache(boolean patient, Maker<K, T> maker) {
    this.patient = patient;
    this.maker = maker;
  }

  /**
   * The kernel if it is fast by now, else null.
   *
   * @param work what it is wanted for, in operations of about a multiply-add each
   */
  public @Nullable T get(K key, long work) {
    Awaited awaited = all.get(key);
    if (awaited == null) {
      awaited = all.computeIfAbsent(key, Awaited::new);
    }
    T found = awaited.kernel;
    return found != null ? found : awaited.ask(work);
  }

  /**
   * Whether a kernel in the making becomes fast, as {@link Warmup#prime} finds out; if there is no
   * patience, true at once.
   */
  public boolean prime(IntConsumer kernel, int units, long fastNanos) {
    return !patient || Warmup.prime(kernel, units, fastNanos);
  }

  /** One kernel, made or not. */
  private final class Awaited implements Warmup.Task {
    private final K key;
    private @Nullable T kernel;
    private boolean asked;
    private long missed;

    Awaited(K key) {
      this.key = key;
    }

    @Nullable T ask(long work) {
      missed += work; // races lose some of it, which only delays
      if (!asked || !patient) {
        synchronized (this) { // without patience, wait for the thread that makes it
          if (!asked) {
            asked = true;
            if (patient) {
              Warmup.later(this);
            } else {
              run();
            }
          }
        }
      }
      return kernel;
    }

    @Override
    public boolean run() {
      try {
        kernel = maker.make(key);
        return kernel != null;
      } catch (LinkageError e) {
        return true; // no Vector API here: it stays absent
      }
    }

    @Override
    public long missed() {
      return missed;
    }
  }
}
