package gradus;

import gradus.kernel.threads.Workers;
import gradus.op.Engine;
import gradus.op.Fusion;

/** Settings of the whole library. */
public final class Gradus {
  private Gradus() {}

  /** Starts all random numbers anew from a seed: those of {@link Generator#global}. */
  public static void seed(long seed) {
    Generator.global().seed(seed);
  }

  /** The number of threads on which one operator may run. */
  public static int threads() {
    return Workers.threads();
  }

  /** Sets {@link #threads()}; results do not depend on it, to the last bit. */
  public static void threads(int n) {
    Workers.setThreads(n);
  }

  /**
   * Switches the fusion of elementwise operators on, as it is at the start, or off: chains of them
   * on large tensors run as one pass over memory. Results do not depend on it, to the last bit.
   * Also the system property {@code gradus.fusion}.
   */
  public static void fusion(boolean on) {
    Fusion.set(on);
  }

  /** The JDK, the width of vectors, the threads and the active tiers, a line each. */
  public static String describe() {
    return """
        JDK       %s (%s) on %s %s
        threads   %d of %d processors
        %s"""
        .formatted(
            Runtime.version(),
            System.getProperty("java.vendor"),
            System.getProperty("os.name"),
            System.getProperty("os.arch"),
            threads(),
            Runtime.getRuntime().availableProcessors(),
            Engine.describe());
  }
}
