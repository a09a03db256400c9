package gradus.kernel.threads;

import org.jspecify.annotations.Nullable;

/**
 * A fast kernel that is made and warmed up when somebody first misses it. Those that are missed
 * most come first.
 *
 * @param <K> the kernel; it has no mutable state, so that it may be read in a data race: to see it
 *     late does no harm
 */
public final class Awaited<K> implements Warmup.Task {
  /** Makes a kernel and primes it. */
  @FunctionalInterface
  public interface Maker<K> {
    /**
     * The kernel; null if it does not become fast here.
     *
     * @throws ReflectiveOperationException or LinkageError if there is no Vector API
     */
    @Nullable K make() throws ReflectiveOperationException;
  }

  private final boolean patient;
  private final Maker<K> maker;
  private @Nullable K kernel;
  private boolean asked;
  private long missed;

  /**
   * @param patient whether to make it in the background; if not, whoever asks first makes it
   */
  public Awaited(boolean patient, Maker<K> maker) {
    this.patient = patient;
    this.maker = maker;
  }

  /**
   * The kernel if it is fast by now, else null.
   *
   * @param work what it is wanted for, in operations of about a multiply-add each
   */
  public @Nullable K get(long work) {
    K found = kernel;
    return found != null ? found : ask(work);
  }

  private @Nullable K ask(long work) {
    missed += work; // races lose some of it, which only delays
    if (!asked) {
      synchronized (this) {
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
      kernel = maker.make();
      return kernel != null;
    } catch (ReflectiveOperationException | LinkageError e) {
      return true; // no Vector API here: it stays absent
    }
  }

  @Override
  public long missed() {
    return missed;
  }
}
