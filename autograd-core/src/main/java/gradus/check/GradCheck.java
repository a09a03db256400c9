package gradus.check;

import gradus.Autograd;
import gradus.DType;
import gradus.DTypeException;
import gradus.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Whether the derivatives of a function are right: {@code torch.autograd.gradcheck}.
 *
 * <pre>{@code
 * GradCheck.check(x -> x.tanh().sum(0), x).assertOk();
 * GradCheck.check((a, b) -> a.matmul(b), a, b).assertOk();
 * IO.println(GradCheck.DEFAULT.withOrder(2).run(x -> x[0].mul(x[1]).sub(x[2]), a, b, c));
 * }</pre>
 *
 * <p>Every element of the Jacobian is compared with a five-point central difference, whose error is
 * of fourth order in the step. Where they disagree the difference is taken again with other steps
 * and from either side, so that a kink with a valid subgradient is told from a mistake. Further,
 * the function must be deterministic and leave its inputs alone, forward and reverse mode must
 * agree, {@code <w, J u> = <J'w, u>}, and so must recorded and unrecorded backward passes. Inputs
 * must be float64; integer and bool inputs are passed through.
 */
public final class GradCheck implements Cloneable {
  /**
   * Every element, first order, 1e-6 relative, 1e-8 absolute. The step, eps^(1/5), balances the
   * truncation of the stencil, h^4, and the rounding of the function, eps / h.
   */
  public static final GradCheck DEFAULT = new GradCheck();

  double rtol = 1e-6;
  double atol = 1e-8;
  double step = Math.pow(Math.ulp(1.0), 0.2);
  boolean fast;
  boolean forward = true;
  int order = 1;
  long seed;

  private GradCheck() {}

  // --- with the usual settings ---

  /** Checks a function of one tensor; see {@link #run(Function, Tensor...)}. */
  public static GradCheckReport check(UnaryOperator<Tensor> f, Tensor x) {
    return DEFAULT.run(f, x);
  }

  /** Checks a function of two tensors; see {@link #run(Function, Tensor...)}. */
  public static GradCheckReport check(BinaryOperator<Tensor> f, Tensor a, Tensor b) {
    return DEFAULT.run(f, a, b);
  }

  /** Checks a function of any tensors; see {@link #run(Function, Tensor...)}. */
  public static GradCheckReport check(Function<Tensor[], Tensor> f, Tensor... inputs) {
    return DEFAULT.run(f, inputs);
  }

  /** As {@link #check(UnaryOperator, Tensor)}, and the second derivative. */
  public static GradCheckReport secondOrder(UnaryOperator<Tensor> f, Tensor x) {
    return DEFAULT.withOrder(2).run(f, x);
  }

  /** As {@link #check(BinaryOperator, Tensor, Tensor)}, and the second derivatives. */
  public static GradCheckReport secondOrder(BinaryOperator<Tensor> f, Tensor a, Tensor b) {
    return DEFAULT.withOrder(2).run(f, a, b);
  }

  /** As {@link #check(Function, Tensor...)}, and the second derivatives. */
  public static GradCheckReport secondOrder(Function<Tensor[], Tensor> f, Tensor... inputs) {
    return DEFAULT.withOrder(2).run(f, inputs);
  }

  // --- settings ---

  /** With a relative tolerance. */
  public GradCheck withRtol(double rtol) {
    return with(c -> c.rtol = rtol);
  }

  /** With an absolute tolerance. */
  public GradCheck withAtol(double atol) {
    return with(c -> c.atol = atol);
  }

  /** With a step of the differences, to be multiplied by the size of the number that is moved. */
  public GradCheck withStep(double step) {
    return with(c -> c.step = step);
  }

  /** Comparing one random projection for each pair, and elements only where that differs. */
  public GradCheck withFast(boolean fast) {
    return with(c -> c.fast = fast);
  }

  /**
   * Comparing forward with reverse mode, and recorded with unrecorded backward passes; needs
   * derivatives that are differentiable.
   */
  public GradCheck withForward(boolean forward) {
    return with(c -> c.forward = forward);
  }

  /**
   * With the order of the highest derivative to check; beyond 1 the gradients, weighted at random,
   * are checked in the same way as functions of the inputs and weights.
   */
  public GradCheck withOrder(int order) {
    return with(c -> c.order = order);
  }

  /** With a seed of the random weights and directions. */
  public GradCheck withSeed(long seed) {
    return with(c -> c.seed = seed);
  }

  private GradCheck with(Consumer<GradCheck> change) {
    try {
      var copy = (GradCheck) clone();
      change.accept(copy);
      if (!(copy.rtol >= 0 && copy.atol >= 0 && copy.step > 0 && copy.order >= 1)) {
        throw new IllegalArgumentException(
            "gradcheck: needs rtol >= 0, atol >= 0, step > 0, order >= 1, got %s, %s, %s, %d"
                .formatted(copy.rtol, copy.atol, copy.step, copy.order));
      }
      return copy;
    } catch (CloneNotSupportedException e) {
      throw new AssertionError(e);
    }
  }

  private List<Object> settings() {
    return List.of(rtol, atol, step, fast, forward, order, seed);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof GradCheck c && settings().equals(c.settings());
  }

  @Override
  public int hashCode() {
    return settings().hashCode();
  }

  @Override
  public String toString() {
    return "GradCheck(rtol=%s, atol=%s, step=%s, fast=%s, forward=%s, order=%d, seed=%d)"
        .formatted(settings().toArray());
  }

  // --- the check ---

  /** Checks a function of one tensor. */
  public GradCheckReport run(UnaryOperator<Tensor> f, Tensor x) {
    return runAll(in -> List.of(f.apply(in[0])), x);
  }

  /** Checks a function of two tensors. */
  public GradCheckReport run(BinaryOperator<Tensor> f, Tensor a, Tensor b) {
    return runAll(in -> List.of(f.apply(in[0], in[1])), a, b);
  }

  /**
   * Checks a function of any tensors. It is called with detached inputs of the same layout and
   * values that require gradients; the tensors given here are not changed.
   *
   * @throws DTypeException if a floating input is not float64: differences would be mostly noise
   */
  public GradCheckReport run(Function<Tensor[], Tensor> f, Tensor... inputs) {
    return runAll(in -> List.of(f.apply(in)), inputs);
  }

  /** Checks a function with several results. */
  public GradCheckReport runAll(Function<Tensor[], List<Tensor>> f, Tensor... inputs) {
    var labels = new ArrayList<String>();
    boolean floating = false;
    for (int i = 0; i < inputs.length; i++) {
      labels.add("input " + i);
      floating |= inputs[i].dtype().isFloating();
      if (inputs[i].dtype() == DType.FLOAT32) {
        throw new DTypeException(noisy(f, i, inputs));
      }
    }
    if (!floating) {
      throw new DTypeException("gradcheck: none of the inputs is floating; nothing to check");
    }
    try (var _ = Autograd.enableGrad()) {
      return new Examination(this, 1, f, inputs, labels).report();
    }
  }

  private String noisy(Function<Tensor[], List<Tensor>> f, int i, Tensor... inputs) {
    double size = 0;
    for (Tensor y : f.apply(inputs)) {
      for (double v : y.dtype().isFloating() ? y.toDoubles() : new double[0]) {
        size = Math.max(size, Math.abs(v));
      }
    }
    double noise = 1.5 * Math.ulp(1f) * size / Differences.step(inputs[i].toDoubles(), step);
    return ("gradcheck: input %d %s is float32, in which the finite differences of this function"
            + " carry noise of about %.0e (tolerance %.0e + %.0e relative); use to(FLOAT64) on all"
            + " inputs")
        .formatted(i, inputs[i].shape(), noise, atol, rtol);
  }
}
