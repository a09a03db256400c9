package gradus.kernel.compile;

import gradus.kernel.code.VectorForm;
import gradus.kernel.threads.Warmup;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One pattern of operands that a program has met: which move along the row and which stay. Its
 * vector loop is made when its traffic has earned it.
 */
final class OperandPattern implements Warmup.Task {
  /**
   * The traffic, in function values, that earns a vector loop: some ten milliseconds of compiled
   * scalar work. Warming takes a tenth of a second of another processor, and while it lasts the
   * compiler has less time for everything else.
   */
  private static final long EARNED = 50_000_000;

  /** What a call does that primes a loop. */
  private static final int PRIMING_ROWS = 3;

  private static final int PRIMING_ROUNDS = 16;

  /** Bit k: slot k moves along the row. */
  final long moving;

  /** By slot, the same as 1 or 0. */
  final int[] steps;

  private final CompiledExpressions program;
  private long traffic;
  private boolean asked;
  private @Nullable Loop vector;

  OperandPattern(CompiledExpressions program, long moving, int slots) {
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
    if (vector == null) {
      traffic += n * program.cost();
      if (!asked && (traffic >= EARNED || program.mode() == VectorForm.Mode.SIMD)) {
        rise();
      }
    }
  }

  @Override
  public long missed() {
    return traffic;
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
  public boolean run() {
    Loop loop = program.vectorLoop(moving);
    if (loop == null) {
      return true;
    }
    if (!Warmup.prime(priming(loop), PRIMING_ROWS, 500 + 96L * program.cost())) {
      return false;
    }
    vector = loop;
    return true;
  }

  /** The loop over so many short rows of arrays of its own. */
  private IntConsumer priming(Loop loop) {
    int cols = PRIMING_ROUNDS * loop.lanes;
    var arrays = new Object[steps.length];
    for (int k = 0; k < arrays.length; k++) {
      arrays[k] = program.compute.newArray(PRIMING_ROWS * cols + program.reach());
    }
    int[] at = new int[arrays.length];
    int[] rowStep = new int[arrays.length];
    for (int k = 0; k < arrays.length; k++) {
      rowStep[k] = steps[k] * cols;
    }
    double[] settings = new double[program.settings()];
    // Several rows: a branch never taken here would be compiled as impossible, and fall back to
    // interpreted vectors when it is taken.
    return rows -> loop.run(arrays, at, steps, rowStep, rows, 0, cols, settings);
  }
}
