package gradus.kernel.threads;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The engine's own threads. The caller cuts its work by shape alone; how many threads take part
 * decides only who runs a part, never what a part is, so results cannot depend on the thread count.
 * Parts are handed out in ascending order from one counter, to the caller and to {@code threads() -
 * 1} daemon threads, or fewer as long as {@link Warmup} and the compiler need processors.
 *
 * <p>There is one pool and it serves one job at a time. A call that finds it busy (a nested call,
 * or a call from another application thread) runs its parts inline, so nothing ever waits for the
 * pool and nothing can deadlock.
 */
public final class Workers {
  /** How long an idle thread polls before it parks: waking it costs tens of microseconds. */
  private static final long SPIN_NANOS = 100_000;

  /**
   * The threads that work on a job while kernels are made: with more threads than processors, the
   * compiler's and the one that calls new kernels included, a caller would wait for a helper that
   * waits for its turn.
   */
  private static final int DURING_WARMUP =
      Math.max(1, Runtime.getRuntime().availableProcessors() - 2);

  /** Whether jobs leave those two processors alone. */
  static volatile boolean yielding = SystemProperties.yielding();

  private static final AtomicBoolean BUSY = new AtomicBoolean();
  private static Worker[] pool = {}; // of the holder of BUSY
  private static volatile @Nullable Job current;

  private Workers() {}

  /** The number of threads that work on one job, the caller included: the {@link Limit}. */
  public static int threads() {
    return Limit.current().threads();
  }

  /**
   * The number of threads to cut a job for: 1 if another is under way, but not fewer while kernels
   * are made, so that none are made for cuts that will not last.
   */
  public static int available() {
    return BUSY.get() ? 1 : threads();
  }

  /**
   * Sets the {@link Limit}; jobs under way are not affected.
   *
   * @throws IllegalArgumentException if {@code n < 1}
   */
  public static void setThreads(int n) {
    Limit.current().set(n);
  }

  /**
   * Runs {@code body.accept(0 .. parts - 1)} and returns when all are done. If a part throws, parts
   * not yet begun are skipped, and the first exception is rethrown when all threads have left.
   */
  public static void parallel(int parts, IntConsumer body) {
    int helpers = parts < 2 ? 0 : Math.min(most(), parts) - 1;
    if (helpers < 1 || !BUSY.compareAndSet(false, true)) {
      for (int i = 0; i < parts; i++) {
        body.accept(i);
      }
      return;
    }
    Job job = new Job(parts, helpers, body);
    try {
      Worker[] all = pool(helpers);
      current = job;
      for (int i = 0; i < helpers; i++) {
        if (all[i].parked) {
          LockSupport.unpark(all[i]);
        }
      }
      job.work();
      job.awaitHelpers();
    } finally {
      current = null;
      BUSY.set(false);
    }
    job.rethrow();
  }

  /** The most threads that a job gets now. */
  private static int most() {
    return yielding && Warmup.isBusy() ? Math.min(threads(), DURING_WARMUP) : threads();
  }

  /** The pool, grown to at least {@code n} threads. */
  private static Worker[] pool(int n) {
    if (pool.length < n) {
      Worker[] grown = Arrays.copyOf(pool, n);
      for (int i = pool.length; i < n; i++) {
        grown[i] = new Worker(i);
        grown[i].start();
      }
      pool = grown;
    }
    return pool;
  }

  /** One call of {@code parallel}. A thread that arrives late finds no part left. */
  private static final class Job {
    private final int parts;
    private final int helpers;
    private final IntConsumer body;
    private final Thread caller = Thread.currentThread();
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger finished = new AtomicInteger();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    Job(int parts, int helpers, IntConsumer body) {
      this.parts = parts;
      this.helpers = helpers;
      this.body = body;
    }

    void work() {
      for (int i; next.get() < parts && (i = next.getAndIncrement()) < parts; ) {
        if (failure.get() == null) {
          try {
            body.accept(i);
          } catch (Throwable e) {
            failure.compareAndSet(null, e);
          }
        }
        if (finished.incrementAndGet() == parts) {
          LockSupport.unpark(caller);
        }
      }
    }

    void awaitHelpers() {
      boolean interrupted = false;
      long start = finished.get() < parts ? System.nanoTime() : 0;
      while (finished.get() < parts) {
        if (System.nanoTime() - start < SPIN_NANOS) {
          Thread.onSpinWait();
        } else {
          LockSupport.park(this);
          interrupted |= Thread.interrupted(); // whose flag keeps a thread from parking
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }

    void rethrow() {
      switch (failure.get()) {
        case null -> {}
        case RuntimeException e -> throw e;
        case Error e -> throw e;
        case Throwable e -> throw new IllegalStateException(e); // only by a sneaky throw
      }
    }
  }

  private static final class Worker extends Thread {
    private final int index;
    volatile boolean parked;

    Worker(int index) {
      super(null, null, "gradus-worker-" + (index + 1), 0, false);
      this.index = index;
      setDaemon(true);
    }

    @Override
    public void run() {
      Job last = null;
      long idle = System.nanoTime();
      while (true) {
        Job job = next(last);
        if (job != null) {
          job.work();
          last = job;
          idle = System.nanoTime();
        } else if (System.nanoTime() - idle < SPIN_NANOS) {
          Thread.onSpinWait();
        } else {
          parked = true; // before the last look: either we see the job or its caller sees us parked
          if (next(last) == null) {
            LockSupport.park(this);
          }
          parked = false;
        }
      }
    }

    /** The job under way, if it is another one and wants this thread. */
    private @Nullable Job next(@Nullable Job last) {
      Job job = current;
      return job != null && job != last && index < job.helpers ? job : null;
    }
  }
}
