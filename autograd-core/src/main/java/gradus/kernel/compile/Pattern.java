package gradus.kernel.compile;

import gradus.kernel.threads.Warmup;
import org.jspecify.annotations.Nullable;

/**
 * One pattern of operands that a program has met: which move along the row and which stay. Its
 * vector loop is made when its traffic has earned it.
 */
final class Pattern implements Runnable {
  /**
   * The traffic, in function values, that earns a vector loop: some milliseconds of scalar work,
   * against the tenth of a second that another thread spends on warming.
   */
  private static final long EARNED = 4_000_000;

  private static final int PRIMING_ROUNDS = 8;

  /** Bit k: slot k moves along the row. */
  final long moving;

  /** By slot, the same as 1 or 0. */
  final int[] steps;

  private final Program program;
  private long traffic;
  private boolean asked;
  private @Nullable Loop vector;

  Pattern(Program program, long moving, int slots) {
    this.program = program;
    this.moving = moving;
    this.steps = new int[slots];
    for (int k = 0; k < slots; k++) {
      steps[k] = (int) (moving >>> k & 1);
    }
  }

  /** The vector loop, or null as long as the scalar loop has to do. */
  @Nullable Loop vector() {
    // A data race by design: a loop's state is final, so to see it late does no harm.
    return vector;
  }

  /** Counts n elements; races lose counts, which only delays. */
  void count(long n) {
    if (!asked) {
      traffic += n * program.cost();
      if (traffic >= EARNED || program.mode() == Tiers.Mode.SIMD) {
        rise();
      }
    }
  }

  private synchronized void rise() {
    if (asked) {
      return;
    }
    asked = true;
    switch (program.mode()) {
      case SCALAR -> {}
      case SIMD -> vector = program.vectorLoop(moving);
      case AUTO -> Warmup.later(this);
    }
  }

  /** On the warm-up thread: makes the vector loop and calls it until it is fast. */
  @Override
  public void run() {
    Loop loop = program.vectorLoop(moving);
    if (loop == null) {
      return;
    }
    int cols = PRIMING_ROUNDS * loop.lanes;
    var arrays = new Object[steps.length];
    for (int k = 0; k < arrays.length; k++) {
      arrays[k] = program.compute.newArray(2 * cols);
    }
    int[] at = new int[arrays.length];
    int[] rowStep = new int[arrays.length];
    for (int k = 0; k < arrays.length; k++) {
      rowStep[k] = steps[k] * cols;
    }
    double[] settings = new double[program.settings()];
    // Two rows: a branch never taken here would be compiled as impossible, and fall back to
    // interpreted vectors when it is taken.
    Runnable call = () -> loop.run(arrays, at, steps, rowStep, 2, 0, cols, settings);
    if (Warmup.prime(call, 100 + 2 * PRIMING_ROUNDS * program.cost())) {
      vector = loop;
    }
  }
}
