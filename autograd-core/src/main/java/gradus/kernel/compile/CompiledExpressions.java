package gradus.kernel.compile;

import gradus.formula.Expr;
import gradus.formula.Fn;
import gradus.formula.Lowering;
import gradus.formula.Precision;
import gradus.kernel.code.VectorForm;
import gradus.kernel.threads.Workers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A kernel in one arithmetic: its lowered expressions and the loops made of them so far. */
final class CompiledExpressions {
  /** The elements of one parallel part. A fixed number: the cut must not depend on the threads. */
  static final int CHUNK = 1 << 15;

  /** The traffic, in function values, that earns a generated scalar loop: a millisecond or two. */
  private static final long EARNED = 100_000;

  final Compute compute;
  private final KernelOutputs lowered;
  private final VectorForm form;
  private final int cost;
  private Loop scalar;
  private boolean generated;
  private long traffic;
  private volatile OperandPattern[] patterns = {};

  CompiledExpressions(Compute compute, KernelOutputs assignment, VectorForm form) {
    this.compute = compute;
    this.lowered = assignment.with(lower(compute, assignment.outputs()));
    this.form = form;
    this.cost = lowered.nodes().size();
    this.scalar = RegisterInterpreter.of(compute, lowered);
  }

  private static List<Expr> lower(Compute compute, List<Expr> expressions) {
    if (compute == Compute.LONG) {
      return expressions;
    }
    var precision = compute == Compute.FLOAT ? Precision.FLOAT : Precision.DOUBLE;
    var lowered = new ArrayList<Expr>();
    for (Expr e : expressions) {
      lowered.add(Lowering.of(e, precision));
    }
    return List.copyOf(lowered);
  }

  /** How many slots are written, the first ones. */
  int outputs() {
    return lowered.outputs().size();
  }

  /** The slot of the first operand. */
  int firstOperand() {
    return lowered.firstOperand();
  }

  VectorForm.Mode mode() {
    return form.mode();
  }

  /** The function values to compute per element. */
  int cost() {
    return cost;
  }

  /** Whether its scalar loop is a class of its own by now. */
  boolean isGenerated() {
    return generated;
  }

  /** How many patterns run as vector loops by now. */
  int vectorLoops() {
    int n = 0;
    for (OperandPattern p : patterns) {
      n += p.vector() != null ? 1 : 0;
    }
    return n;
  }

  /** How far operands reach behind the places of their arrays. */
  int reach() {
    return lowered.reach();
  }

  /** How many settings the expressions know. */
  int settings() {
    int n = 0;
    for (Expr e : lowered.nodes()) {
      n = e.fn() == Fn.SETTING ? Math.max(n, e.index() + 1) : n;
    }
    return n;
  }

  /** The vector loop for a pattern, just made; null if there can be none. */
  @Nullable Loop vectorLoop(long moving) {
    if (!LoopWriter.hasVectorForm(compute, lowered.outputs()) || form.bits() == 0) {
      return null;
    }
    return LoopWriter.vector(compute, lowered, form.bits(), moving);
  }

  /** The loop for single elements, after n more of them: the tape until they earn a class. */
  private Loop scalar(long n) {
    if (!generated) {
      traffic += n * cost;
      if (traffic >= EARNED || mode() != VectorForm.Mode.AUTO) {
        generate();
      }
    }
    return scalar;
  }

  private synchronized void generate() {
    if (!generated) {
      scalar = LoopWriter.scalar(compute, lowered);
      generated = true;
    }
  }

  void run(int[] sizes, Object[] arrays, int[] offsets, int[][] strides, double[] settings) {
    int n = 1;
    for (int size : sizes) {
      n *= size;
    }
    long moving = Layout.flat(sizes, strides);
    if (moving != Layout.NOT_FLAT) {
      run(n, moving, arrays, offsets, settings);
    } else if (n >= CHUNK && !isUniform(arrays)) {
      new BroadcastConversion(this, sizes, arrays, offsets, strides).sweep(n, settings);
    } else if (n > 0) {
      new StridedCall(this, new Layout(sizes, offsets, strides, outputs()), arrays, settings)
          .run(n);
    }
  }

  void run(int n, long moving, Object[] arrays, int[] offsets, double[] settings) {
    if (n == 0) {
      return;
    }
    OperandPattern pattern = pattern(moving, arrays.length);
    if (isUniform(arrays)) {
      flat(n, arrays, offsets, pattern, settings);
    } else {
      new StridedCall(this, Layout.row(n, offsets, pattern.steps, outputs()), arrays, settings)
          .run(n);
    }
  }

  /** All operands contiguous in the order of the output, or one element. */
  private void flat(
      int n, Object[] arrays, int[] offsets, OperandPattern pattern, double[] settings) {
    pattern.count(n);
    int[] steps = pattern.steps;
    if (n <= CHUNK) {
      block(pattern, arrays, offsets, steps, steps, 1, 0, n, settings);
      return;
    }
    Workers.parallel(
        (n + CHUNK - 1) / CHUNK,
        part -> {
          int from = part * CHUNK;
          int to = Math.min(n, from + CHUNK);
          block(pattern, arrays, offsets, steps, steps, 1, from, to, settings);
        });
  }

  /**
   * A block whose arrays are all of the loop's type: whole vectors where there is a loop for them,
   * the rest of each row one by one.
   *
   * @param pattern the pattern of the column steps, null if other steps than 0 and 1 are among them
   */
  void block(
      @Nullable OperandPattern pattern,
      Object[] arrays,
      int[] at,
      int[] colStep,
      int[] rowStep,
      int rows,
      int from,
      int to,
      double[] settings) {
    Loop vector = pattern == null ? null : pattern.vector();
    int rest = from;
    if (vector != null) {
      rest = to - (to - from & vector.lanes - 1); // lanes are a power of two
      if (rest > from) {
        vector.run(arrays, at, colStep, rowStep, rows, from, rest, settings);
      }
    }
    if (rest < to) {
      scalar((long) rows * (to - rest)).run(arrays, at, colStep, rowStep, rows, rest, to, settings);
    }
  }

  /** The pattern with these bits; there are few, so a walk finds it. */
  OperandPattern pattern(long moving, int slots) {
    for (OperandPattern p : patterns) {
      if (p.moving == moving) {
        return p;
      }
    }
    return newPattern(moving, slots);
  }

  private synchronized OperandPattern newPattern(long moving, int slots) {
    for (OperandPattern p : patterns) {
      if (p.moving == moving) {
        return p;
      }
    }
    var p = new OperandPattern(this, moving, slots);
    OperandPattern[] more = Arrays.copyOf(patterns, patterns.length + 1);
    more[patterns.length] = p;
    patterns = more;
    return p;
  }

  /** Whether no array needs conversion. */
  private boolean isUniform(Object[] arrays) {
    for (Object array : arrays) {
      if (array.getClass() != compute.array()) {
        return false;
      }
    }
    return true;
  }
}
