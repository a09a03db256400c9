package gradus.kernel.threads;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One daemon thread that prepares fast kernels while slow ones already answer: Vector API code is
 * about a thousand times slower than its compiled form until the optimising compiler has reached
 * it, and that takes thousands of calls, for which nobody should wait.
 */
public final class Warmup {
  /** Makes and primes a kernel. */
  public interface Task {
    /** How much work has had to do without it so far. */
    long missed();

    /** Does it; false if the kernel did not become fast, though another one like it may. */
    boolean run();
  }

  /** A task that waits for its turn, which may be one of several. */
  private record Turn(Task task, int attempt) {}

  /** On a busy machine the compiler may need several turns. */
  private static final int ATTEMPTS = 5;

  /** Calls with nothing to do between two that do something. */
  private static final int IDLE = 30;

  /** After so many calls the compiler has been asked; what is missing is its answer. */
  private static final int ASKED = 10_000;

  /** How long a slow kernel is called between two pauses from then on. */
  private static final long PROBE_NANOS = 1_000_000;

  private static final long MOST_CALLING_NANOS = 10_000_000_000L;
  private static final long MOST_WAITING_MILLIS = 5_000;

  /** After so many kernels that did not become fast before any did, nothing is tried again. */
  private static final int HOPELESS = 3;

  private static final Warmup PLATFORM = new Warmup();

  /** Guarded by itself. */
  private final List<Turn> turns = new ArrayList<>();

  private @Nullable Thread thread;

  private volatile boolean busy;

  /** Whether any kernel has become fast. */
  private volatile boolean proven;

  /** Kernels that did not become fast, as long as none has; the warm-up thread's own. */
  private int failed;

  /** With a thread of its own, for tests. */
  Warmup() {}

  /** Runs the task on the warm-up thread when none that waits is missed more. */
  public static void later(Task task) {
    PLATFORM.add(task);
  }

  void add(Task task) {
    add(task, 1);
  }

  private void add(Task task, int attempt) {
    synchronized (turns) {
      turns.add(new Turn(task, attempt));
      busy = true;
      turns.notifyAll();
      if (thread == null) {
        thread = Thread.ofPlatform().daemon().name("gradus-warmup").start(this::run);
      }
    }
  }

  /** Whether any task is waiting or under way. */
  static boolean isBusy() {
    return PLATFORM.busy;
  }

  /**
   * Calls a kernel again and again until one takes less than {@code fastNanos}.
   *
   * <p>Compilers count calls, whatever these do, and work on vectors that are not compiled yet is
   * slow and keeps the compiler from the kernel: so most calls have nothing to do. The others must
   * take every branch, and their innermost loops must go round more often than the method is called
   * in all, some 40 times: a loop that seems rarer than the method's begin is compiled with spilled
   * registers, or with vectors left in objects.
   *
   * @param kernel does so many units of work
   * @param units what a call does that does something
   * @param fastNanos ten times what it takes when compiled, more or less
   * @return whether it became fast; if not, it is not compiled here, or the compiler has left
   *     vectors in objects, and the same code in another class may do better
   */
  public static boolean prime(IntConsumer kernel, int units, long fastNanos) {
    return PLATFORM.prime(kernel, units, fastNanos, MOST_WAITING_MILLIS);
  }

  boolean prime(IntConsumer kernel, int units, long fastNanos, long mostWaitingMillis) {
    if (failed >= HOPELESS) {
      return false;
    }
    long calls = 0, calling = 0, probe = 0, waiting = 0;
    while (calling < MOST_CALLING_NANOS) {
      long start = System.nanoTime();
      kernel.accept(units);
      long spent = System.nanoTime() - start;
      if (spent < fastNanos) {
        proven = true;
        return true;
      }
      for (int i = 0; i < IDLE; i++) {
        kernel.accept(0);
      }
      spent = System.nanoTime() - start;
      calls += 1 + IDLE;
      calling += spent;
      probe += spent;
      if (calls >= ASKED && probe >= PROBE_NANOS) {
        if (waiting >= mostWaitingMillis) {
          break;
        }
        long pause = 1 + waiting / 8;
        LockSupport.parkNanos(pause * 1_000_000);
        waiting += pause;
        probe = 0;
      }
    }
    return false;
  }

  private void run() {
    while (true) {
      try {
        Turn turn = next();
        if (turn.task.run()) {
          continue;
        }
        if (turn.attempt == 1 && !proven) {
          failed++; // a kernel, not an attempt
        }
        if (turn.attempt < ATTEMPTS) {
          add(turn.task, turn.attempt + 1);
        }
      } catch (Throwable e) {
        continue; // the task's kernel stays on its scalar loop, which is always right
      }
    }
  }

  /** The task that is missed most; of several the oldest. */
  private Turn next() throws InterruptedException {
    synchronized (turns) {
      while (turns.isEmpty()) {
        busy = false;
        turns.wait();
      }
      Turn next = turns.getFirst();
      for (Turn each : turns) {
        next = each.task.missed() > next.task.missed() ? each : next;
      }
      turns.remove(next);
      return next;
    }
  }
}
