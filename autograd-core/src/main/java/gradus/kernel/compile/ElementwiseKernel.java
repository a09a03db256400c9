package gradus.kernel.compile;

import gradus.formula.Expr;
import gradus.kernel.array.Strided;
import gradus.kernel.code.VectorForm;
import gradus.kernel.threads.RecentCache;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Scalar expressions as a loop over arrays: each output element from the operands' elements at the
 * same place.
 */
public final class ElementwiseKernel {
  /** Kernels of a generation: ever new constants in formulas make ever new kernels. */
  static final int RECENT = 2048;

  private static final double[] NO_SETTINGS = {};

  private static final RecentCache<KernelOutputs, ElementwiseKernel> KNOWN =
      new RecentCache<>(
          RECENT, KernelOutputs::copy, key -> new ElementwiseKernel(key, VectorForm.PLATFORM));

  private final KernelOutputs assignment;
  private final VectorForm form;

  /** By arithmetic. */
  private final AtomicReferenceArray<@Nullable CompiledExpressions> programs =
      new AtomicReferenceArray<>(Compute.values().length);

  ElementwiseKernel(KernelOutputs assignment, VectorForm form) {
    this.assignment = assignment;
    this.form = form;
  }

  /**
   * The kernel with these outputs, always the same one for the same expressions. An output that is
   * a condition is written as 1 or 0.
   */
  public static ElementwiseKernel of(List<Expr> outputs) {
    return KNOWN.get(new KernelOutputs(outputs, false));
  }

  /** As {@link #of}, where output k is written over operand k and has no array of its own. */
  public static ElementwiseKernel inPlace(List<Expr> outputs) {
    return KNOWN.get(new KernelOutputs(outputs, true));
  }

  /**
   * As {@link #of}, where operand {@code a * members + k} is read {@code k * apart} elements behind
   * operand {@code a * members}, from the same array a. No operand may need a conversion, and all
   * step by 0 or 1 along the columns.
   */
  public static ElementwiseKernel of(List<Expr> outputs, int members, int apart) {
    return KNOWN.get(new KernelOutputs(outputs, false, members, apart));
  }

  /**
   * Runs the kernel. Everything is taken as checked: sizes, bounds, and that no output shares
   * memory with another array unless it is an operand of identical layout.
   *
   * @param settings the values of the settings, by index
   * @param views the outputs, unless they are in place, then the operands by index, all of one
   *     shape; bytes are read as 0 to 255
   */
  public void run(Compute compute, double[] settings, Strided... views) {
    program(compute).run(settings, views);
  }

  /** As {@link #run(Compute, double[], Strided...)}, in the arithmetic of the first output. */
  public void run(double[] settings, Strided... views) {
    run(Compute.of(views[0].array()), settings, views);
  }

  /** As {@link #run(double[], Strided...)}, without settings. */
  public void run(Strided... views) {
    run(NO_SETTINGS, views);
  }

  /**
   * The same over n elements, where every array is row-major without gaps or a single element.
   *
   * @param moving bit k tells that array k moves with the outputs; there are at most 62
   */
  public void run(
      Compute compute, int n, long moving, Object[] arrays, int[] offsets, double[] settings) {
    program(compute).run(n, moving, arrays, offsets, settings);
  }

  /** How many kernels have been used, and in which tiers, for people to read. */
  public static String describe() {
    int used = 0;
    int generated = 0;
    int vectors = 0;
    for (ElementwiseKernel kernel : KNOWN.values()) {
      for (int i = 0; i < kernel.programs.length(); i++) {
        CompiledExpressions program = kernel.programs.get(i);
        if (program != null) {
          used++;
          generated += program.isGenerated() ? 1 : 0;
          vectors += program.vectorLoops();
        }
      }
    }
    return "%d elementwise (tier %s): %d as scalar classes, %d vector loops"
        .formatted(used, VectorForm.PLATFORM.tier(), generated, vectors);
  }

  private CompiledExpressions program(Compute compute) {
    CompiledExpressions program = programs.get(compute.ordinal());
    return program != null ? program : newProgram(compute);
  }

  private synchronized CompiledExpressions newProgram(Compute compute) {
    CompiledExpressions program = programs.get(compute.ordinal());
    if (program == null) {
      program = new CompiledExpressions(compute, assignment, form);
      programs.set(compute.ordinal(), program);
    }
    return program;
  }
}
