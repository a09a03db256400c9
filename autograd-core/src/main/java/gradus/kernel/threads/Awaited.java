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

  /** Makings of a kernel, if it does not become fast. */
  private static final int ATTEMPTS = 3;

  private final boolean patient;
  private final Maker<K> maker;
  private @Nullable K kernel;
  private boolean asked;
  private int attempts;
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
  public void run() {
    try {
      kernel = maker.make();
      if (kernel == null && patient && ++attempts < ATTEMPTS) {
        Warmup.later(this);
      }
    } catch (ReflectiveOperationException | LinkageError e) {
      kernel = null; // no Vector API here
    }
  }

  @Override
  public long missed() {
    return missed;
  }
}
