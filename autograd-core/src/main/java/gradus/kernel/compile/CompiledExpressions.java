package gradus.kernel.compile;

import gradus.formula.Expr;
import gradus.formula.Lowering;
import gradus.formula.Precision;
import gradus.kernel.array.Strided;
import gradus.kernel.code.VectorForm;
import gradus.kernel.threads.Workers;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A kernel in one arithmetic: its lowered expressions and the loops made of them so far. */
final class CompiledExpressions {
  /** The elements of one parallel part. A fixed number: the cut must not depend on the threads. */
  static final int CHUNK = 1 << 15;

  /** The traffic, in function values, that earns a generated scalar loop: a millisecond or two. */
  private static final long EARNED = 100_000;

  /** From so many repetitions on it pays to keep what was converted. */
  private static final int OFTEN = 4;

  private static final ElementwiseKernel CONVERT = ElementwiseKernel.of(List.of(Expr.arg(0)));

  final Compute compute;
  final KernelOutputs lowered;
  final VectorForm form;

  /** The function values to compute per element. */
  final int cost;

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
    var precision = compute == Compute.FLOAT ? Precision.FLOAT : Precision.DOUBLE;
    return compute == Compute.LONG
        ? expressions
        : expressions.stream().map(e -> Lowering.of(e, precision)).toList();
  }

  /** Whether its scalar loop is a class of its own by now. */
  boolean isGenerated() {
    return generated;
  }

  /** How many patterns run as vector loops by now. */
  int vectorLoops() {
    return (int) Arrays.stream(patterns).filter(p -> p.vector() != null).count();
  }

  /** The vector loop for a pattern, just made; null if there can be none. */
  @Nullable Loop vectorLoop(long moving) {
    return LoopWriter.hasVectorForm(compute, lowered.outputs()) && form.bits() != 0
        ? LoopWriter.vector(compute, lowered, form.bits(), moving)
        : null;
  }

  /** The loop for n more single elements: interpreted until they earn a class. */
  Loop scalar(long n) {
    if (!generated) {
      traffic += n * cost;
      if (traffic >= EARNED || form.mode() != VectorForm.Mode.AUTO) {
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

  /** The call over any views of the same sizes. */
  void run(double[] settings, Strided... views) {
    int n = views[0].count();
    long moving = Layout.flat(views);
    if (n == 0) {
      return;
    }
    if (moving == Layout.NOT_FLAT) {
      new StridedCall(this, settings, n < CHUNK ? views : converted(views)).run(n);
      return;
    }
    var arrays = new Object[views.length];
    var offsets = new int[views.length];
    for (int k = 0; k < views.length; k++) {
      arrays[k] = views[k].array();
      offsets[k] = views[k].offset();
    }
    run(n, moving, arrays, offsets, settings);
  }

  /** The call over n elements in a row. */
  void run(int n, long moving, Object[] arrays, int[] offsets, double[] settings) {
    if (n == 0) {
      return;
    }
    OperandPattern pattern = pattern(moving, arrays.length);
    if (isUniform(arrays)) {
      flat(n, arrays, offsets, pattern, settings);
      return;
    }
    var views = new Strided[arrays.length];
    for (int k = 0; k < views.length; k++) {
      views[k] = Strided.vector(arrays[k], offsets[k], n, pattern.steps[2 * k]);
    }
    new StridedCall(this, settings, views).run(n);
  }

  private void flat(
      int n, Object[] arrays, int[] offsets, OperandPattern pattern, double[] settings) {
    pattern.count(n);
    if (n <= CHUNK) {
      pattern.run(arrays, offsets, pattern.steps, 1, 0, n, settings);
      return;
    }
    Workers.parallel(
        (n + CHUNK - 1) / CHUNK,
        part -> {
          int from = part * CHUNK;
          int to = Math.min(n, from + CHUNK);
          pattern.run(arrays, offsets, pattern.steps, 1, from, to, settings);
        });
  }

  /**
   * The views, but operands of other types that are broadcast, such as the mask of all heads of an
   * attention, converted once and not for each repetition.
   */
  private Strided[] converted(Strided... views) {
    Strided[] all = views.clone();
    for (int k = lowered.outputs().size(); k < all.length; k++) {
      if (all[k].array().getClass() != compute.array()) {
        all[k] = converted(all[k]);
      }
    }
    return all;
  }

  private Strided converted(Strided x) {
    int[] sizes = x.sizes().clone();
    int n = 1;
    for (int d = 0; d < sizes.length; d++) {
      sizes[d] = x.stride(d) == 0 ? 1 : sizes[d];
      n *= sizes[d];
    }
    if (x.count() / n < OFTEN) {
      return x;
    }
    Strided once = Strided.dense(compute.newArray(n), 0, sizes);
    CONVERT.run(once, new Strided(x.array(), x.offset(), sizes, x.strides()));
    return once.expand(x.sizes());
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
    var p = new OperandPattern(this, moving, slots); // of two at once, nobody finds the second
    OperandPattern[] more = Arrays.copyOf(patterns, patterns.length + 1);
    more[more.length - 1] = p;
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
