package gradus;

import gradus.kernel.threads.Workers;

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
}
