package gradus;

import gradus.kernel.threads.Workers;
import gradus.op.fusion.Fusion;
import java.util.concurrent.Callable;

/**
 * Settings of the whole library. They hold for the process; inside of a {@link Scope} those of the
 * scope hold, and are changed, in their place.
 */
public final class Gradus {
  private Gradus() {}

  /**
   * Settings for a part of a program, as in {@code Gradus.scope().seed(42).run(() -> train())}; as
   * yet it sets nothing.
   */
  public static Scope scope() {
    return Scope.EMPTY;
  }

  /**
   * A task for another thread that runs under the settings that hold here and now: a thread started
   * by hand, virtual or not, or that of an executor, does not get them by itself.
   *
   * <pre>{@code
   * Thread.startVirtualThread(Gradus.inScope(() -> train(net)));
   * }</pre>
   *
   * <p>It shares the scope: what one of the threads sets, holds for all that are in it, also after
   * the body in which this was called has ended; outside of any scope it shares the settings of the
   * process. Threads that share a generator draw from it in an order that is left to chance.
   */
  public static Runnable inScope(Runnable task) {
    Settings settings = Settings.current();
    return () -> settings.bound().run(task);
  }

  /** As {@link #inScope(Runnable)}, for a task with a result. */
  public static <V> Callable<V> inScope(Callable<V> task) {
    Settings settings = Settings.current();
    return () -> settings.bound().call(task::call);
  }

  /**
   * Starts all random numbers anew from a seed: those of {@link Generator#current}. A scope that
   * draws from the generator around it gets one of its own.
   */
  public static void seed(long seed) {
    Settings.current().seed(seed);
  }

  /** The number of threads on which one operator may run. */
  public static int threads() {
    return Workers.threads();
  }

  /**
   * Sets {@link #threads()}; results do not depend on it, to the last bit. In a program's first
   * seconds, while kernels are made, the compiler has two processors for itself; {@code
   * -Dgradus.warmup.yield=false} gives the operators all threads from the start.
   *
   * @throws IllegalArgumentException if {@code n < 1}
   */
  public static void threads(int n) {
    Workers.setThreads(n);
  }

  /** Whether elementwise operators are {@linkplain #fusion(boolean) fused}. */
  public static boolean fusion() {
    return Settings.current().fusion;
  }

  /**
   * Switches the fusion of elementwise operators on, as it is at the start, or off: chains of them
   * on large tensors run as one pass over memory. Results do not depend on it, to the last bit.
   * Also the system property {@code gradus.fusion}.
   */
  public static void fusion(boolean on) {
    Settings.current().fusion = on;
  }

  /** Whether convolutions may run by {@linkplain #winograd(boolean) Winograd's algorithm}. */
  public static boolean winograd() {
    return Settings.current().winograd;
  }

  /**
   * Switches Winograd's algorithm for convolutions on, as it is at the start, or off. It serves
   * float32 convolutions in two dimensions with kernels of 3 x 3, stride 1 and dilation 1, if
   * channels and positions are many, and their gradients, in about half the time. Results then
   * differ in rounding: their error is about twice that of the direct sum, and a NaN or an infinity
   * reaches all results of the tiles of 4 x 4 that meet it. Which algorithm is used depends on
   * nothing but shapes. A convolution asks when it is called, and its gradients when {@code
   * backward} is. Also the system property {@code gradus.winograd}.
   */
  public static void winograd(boolean on) {
    Settings.current().winograd = on;
  }

  /** The JDK, the width of vectors, the threads and the active tiers, a line each. */
  public static String describe() {
    return """
    JDK       %s (%s) on %s %s
    threads   %d of %d processors
    %s
    winograd  %s\
    """
        .formatted(
            Runtime.version(),
            System.getProperty("java.vendor"),
            System.getProperty("os.name"),
            System.getProperty("os.arch"),
            threads(),
            Runtime.getRuntime().availableProcessors(),
            Fusion.describe(),
            winograd() ? "on for float32 convolutions of many 3x3 kernels with stride 1" : "off");
  }
}
