package gradus.kernel.compile;

import gradus.kernel.code.VectorForm;
import gradus.kernel.threads.Warmup;
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

  /** Bit k: slot k moves along the row; {@link Layout#NOT_FLAT} if there are other steps. */
  final long moving;

  /** Of each slot the step along a row, 0 or 1, twice. */
  final int[] steps;

  private final CompiledExpressions program;
  private long traffic;
  private boolean asked;
  private @Nullable Loop vector;

  OperandPattern(CompiledExpressions program, long moving, int slots) {
    this.program = program;
    this.moving = moving;
    this.asked = moving == Layout.NOT_FLAT; // never
    this.steps = new int[2 * slots];
    for (int i = 0; i < steps.length; i++) {
      steps[i] = (int) (moving >>> i / 2 & 1);
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
      traffic += n * program.cost;
      if (!asked && (traffic >= EARNED || program.form.mode() == VectorForm.Mode.SIMD)) {
        rise();
      }
    }
  }

  /**
   * As {@link Loop#run}: whole vectors where there is a loop for them, the rest of each row one by
   * one.
   */
  void run(Object[] arrays, int[] at, int[] steps, int rows, int from, int to, double[] settings) {
    Loop vector = this.vector;
    int rest = from;
    if (vector != null) {
      rest = to - (to - from & vector.lanes - 1);
      if (rest > from) {
        vector.run(arrays, at, steps, rows, from, rest, settings);
      }
    }
    if (rest < to) {
      Loop scalar = program.scalar((long) rows * (to - rest));
      scalar.run(arrays, at, steps, rows, rest, to, settings);
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
    switch (program.form.mode()) {
      case SCALAR -> {}
      case SIMD -> vector = program.vectorLoop(moving);
      case AUTO -> Warmup.later(this);
    }
  }

  /** On the warm-up thread: makes the vector loop and calls it until it is fast. */
  @Override
  public boolean run() {
    Loop loop = program.vectorLoop(moving);
    boolean done = loop == null || isFast(loop);
    vector = done ? loop : null;
    return done;
  }

  /** Calls the loop over a few short rows of arrays of its own. */
  private boolean isFast(Loop loop) {
    int cols = PRIMING_ROUNDS * loop.lanes;
    var arrays = new Object[steps.length / 2];
    int[] stepsOfRows = steps.clone();
    for (int k = 0; k < arrays.length; k++) {
      arrays[k] = program.compute.newArray(PRIMING_ROWS * cols + program.lowered.reach());
      stepsOfRows[2 * k + 1] *= cols;
    }
    int[] at = new int[arrays.length];
    double[] settings = new double[program.lowered.settings()];
    // Several rows: a branch never taken here would be compiled as impossible, and fall back to
    // interpreted vectors when it is taken.
    return Warmup.prime(
        rows -> loop.run(arrays, at, stepsOfRows, rows, 0, cols, settings),
        PRIMING_ROWS,
        500 + 96L * program.cost);
  }
}
