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

  /**
   * Sets {@link #threads()}; results do not depend on it, to the last bit. In a program's first
   * seconds, while kernels are made, the compiler has two processors for itself; {@code
   * -Dgradus.warmup.yield=false} gives the operators all threads from the start.
   */
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

  /**
   * Switches Winograd's algorithm for convolutions on, as it is at the start, or off. It serves
   * float32 convolutions in two dimensions with kernels of 3 x 3, stride 1 and dilation 1, if
   * channels and positions are many, and their gradients, in about half the time. Results then
   * differ in rounding: their error is about twice that of the direct sum, and a NaN or an infinity
   * reaches all results of the tiles of 4 x 4 that meet it. Which algorithm is used depends on
   * nothing but shapes. Also the system property {@code gradus.winograd}.
   */
  public static void winograd(boolean on) {
    Engine.winograd(on);
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
