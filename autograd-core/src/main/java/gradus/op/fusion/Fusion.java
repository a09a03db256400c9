package gradus.op.fusion;

import gradus.DType;
import gradus.Gradus;
import gradus.Shape;
import gradus.Tensor;
import gradus.formula.Expr;
import gradus.kernel.code.VectorForm;
import gradus.kernel.compile.ElementwiseKernel;
import gradus.kernel.threads.SystemProperties;
import gradus.tape.ArrayStorage;
import gradus.tape.TensorAccess;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Chains of elementwise operators in one pass over memory, in code that calls them one by one.
 *
 * <p>A {@link gradus.op.Formula} on large tensors does not compute; its result has {@link
 * FusedElements} until its elements are looked at. Another formula that takes it in joins the two
 * expressions. So {@code x.mul(a).add(b).gelu()} reads three arrays and writes one, and its
 * backward pass, written in formulas too, does the same. Each element goes through the same
 * functions in the same order as it would without, so not a bit differs.
 *
 * <p>What a deferred result reads cannot change under it: changes in place compute it first ({@link
 * ArrayStorage#computeReaders}), and arrays that are known outside are not read late at all.
 */
public final class Fusion {
  /** Longer expressions run out of registers and take long to compile. */
  private static final int LONGEST = 150;

  /** More streams at once than this compete for the cache. */
  private static final int OPERANDS = 10;

  /** Below this, memory is near and the bookkeeping would cost more than it saves. */
  private static volatile int least = SystemProperties.fusionElements();

  private static final LongAdder JOINED = new LongAdder();

  private Fusion() {}

  /** The least number of elements for which results are deferred, where fusion is on. */
  public static int least() {
    return least;
  }

  /** The least number of elements of a lazy result, in the whole process. */
  public static void from(int elements) {
    least = elements;
  }

  /**
   * What formulas run on, a line each: the width of vectors, the tiers that are active, and how
   * many operators were spared a pass of their own.
   */
  public static String describe() {
    return """
        vectors   %s
        kernels   %s
        fusion    %s"""
        .formatted(
            VectorForm.PLATFORM.describe(),
            ElementwiseKernel.describe(),
            Gradus.fusion()
                ? "on from %d elements: %d operators joined with another"
                    .formatted(least, JOINED.sum())
                : "off");
  }

  /** Whether a result of this shape is worth deferring. */
  public static boolean concerns(Shape shape) {
    return shape.size() >= least && Gradus.fusion();
  }

  /**
   * The result of a formula: deferred, or computed in one pass with its deferred operands.
   *
   * @param computing the type of the arithmetic
   */
  public static Tensor apply(
      Expr body, double[] settings, DType computing, Shape shape, DType dtype, Tensor... in) {
    var parts = new ArrayList<ArrayStorage>();
    FusedExpression chain = joined(body, settings, computing, shape, parts, in);
    if (dtype != computing) {
      Tensor out = Tensor.empty(shape, dtype);
      chain.run(ElementwiseKernel.of(List.of(chain.body())), computing, out);
      return out;
    }
    ArrayStorage lazy = ArrayStorage.lazy(new FusedElements(chain, shape, dtype, parts));
    Tensor result = TensorAccess.tensor(lazy, dtype, shape);
    if (chain.body().fn().isLeaf() || readsKnownOutside(chain)) {
      result.storage().array();
    }
    return result;
  }

  private static boolean readsKnownOutside(FusedExpression chain) {
    for (Tensor t : chain.operands()) {
      if (TensorAccess.storage(t).isExposed()) {
        return true;
      }
    }
    return false;
  }

  private static FusedExpression joined(
      Expr body,
      double[] settings,
      DType computing,
      Shape shape,
      List<ArrayStorage> parts,
      Tensor... in) {
    var chain = new FusedExpression(body, settings);
    var arguments = new ArrayList<Expr>(in.length);
    int taken = 0;
    for (Tensor t : in) {
      FusedElements d = whole(t);
      if (d != null && d.dtype == computing && d.shape.equals(shape) && !d.isBetterStored()) {
        arguments.add(chain.rename(d.chain));
        taken++;
      } else {
        t.storage().array();
        arguments.add(chain.place(t));
      }
    }
    chain.join(arguments);
    if (taken == 0) {
      return chain;
    }
    if (chain.operands().size() > OPERANDS || chain.cost() > LONGEST) {
      for (Tensor t : in) {
        t.storage().array();
      }
      return joined(body, settings, computing, shape, parts, in);
    }
    JOINED.add(taken);
    for (Tensor t : in) {
      FusedElements d = FusedElements.of(TensorAccess.storage(t));
      if (d != null) {
        d.use();
        parts.addAll(d.parts);
        if (d.chain.isExpensive()) {
          parts.add(TensorAccess.storage(t));
        }
      }
    }
    return chain;
  }

  /**
   * The expression behind a tensor that a loop over its elements may evaluate on the way, so that
   * they are never stored; null if they exist or had better be stored.
   */
  public static @Nullable FusedExpression expressionOf(Tensor t) {
    FusedElements d = whole(t);
    if (d == null || d.isBetterStored() || d.hasKeptParts()) {
      return null;
    }
    d.use();
    JOINED.increment();
    return d.chain;
  }

  /** What a tensor is deferred to, if it is the whole of its storage. */
  private static @Nullable FusedElements whole(Tensor t) {
    FusedElements d = FusedElements.of(TensorAccess.storage(t));
    return d != null && t.shape().equals(d.shape) && t.isContiguous() ? d : null;
  }
}
