package gradus.op;

import gradus.AutogradException;
import gradus.Shape;
import gradus.Tensor;
import gradus.tape.ArrayStorage;
import gradus.tape.TensorAccess;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A differentiable operation from n tensors to m tensors: its results' shapes, its computation, its
 * derivatives.
 *
 * <p>An operator is a record whose components are its settings, never tensors: equal settings make
 * equal operators. Everything here is open to users; the operators of this project have no
 * privilege. Read in this order: {@link #results} checks and sizes, {@link #forward} computes,
 * {@link #vjp} differentiates, {@link #reads} says what must be kept for it. {@link #jvp} and
 * {@link #vmap} are optional rules for forward mode and batches. An operator with one result and no
 * residuals is shorter as an {@link Op}.
 */
public interface Primitive {
  /** The name in messages and graphs: the record's, in lower camel case. */
  default String name() {
    String s = getClass().getSimpleName();
    int end = s.endsWith("Op") && s.length() > 2 ? s.length() - 2 : s.length();
    return Character.toLowerCase(s.charAt(0)) + s.substring(1, end);
  }

  /**
   * The shape and type of each result.
   *
   * @throws gradus.ShapeException if the inputs do not fit, naming the operator, the shapes and the
   *     sizes that clash
   * @throws gradus.DTypeException if the operator does not take their types
   */
  List<Spec> results(Tensor... in);

  /**
   * The shape and type of each residual: what {@link #forward} leaves for the derivative beside the
   * results. Residuals are allocated only if the application is recorded and {@link #reads} asks
   * for one. They belong to the tape, which uses their memory again when the graph is freed.
   */
  default List<Spec> residuals(Tensor... in) {
    return List.of();
  }

  /** Whether {@link #forward} writes every element of every output, whatever was there before. */
  default boolean overwrites() {
    return false;
  }

  /**
   * Computes the results into {@code out}, and the residuals if {@code out} has more entries than
   * there are results. All are new and row-major, and zero unless {@link #overwrites} says that
   * they need not be. Nothing is recorded meanwhile.
   */
  void forward(Tensor[] in, Tensor[] out);

  /**
   * Vector-Jacobian product: the gradients of the inputs, given those of the results. Written with
   * differentiable operators, so that it can be differentiated again.
   *
   * <p>A gradient may have a shape to which its input broadcasts, or another floating type: the
   * backward pass sums and converts. Null means zero: nothing flows to this input. Tensors made
   * here, g and the residuals belong to the pass, which uses their memory again: an operator that
   * wants to hold on to one of them keeps a copy.
   *
   * @param wanted which gradients are asked for; the others may be null
   * @param g the gradients of the results, and of the residuals if this derivative is itself
   *     differentiated through them. When all inputs are wanted, a gradient that the rule leaves
   *     unread is refused: it would be lost
   * @param call inputs, results and residuals, as far as {@link #reads} named them
   */
  @Nullable Tensor[] vjp(boolean[] wanted, Gradients g, Call call);

  /** What the derivative with respect to input {@code i} looks at; the rest is not kept. */
  default Reads reads(int i) {
    return Reads.INPUTS;
  }

  /**
   * Jacobian-vector product: the tangents of the results, given those of the inputs; in both, null
   * stands for zero. {@link Tangents} makes it for linear operators. By default there is no such
   * rule, and forward mode transposes {@link #vjp} for this application.
   *
   * @param call all inputs and results
   * @return null if there is no rule
   */
  default @Nullable Tensor @Nullable [] jvp(@Nullable Tensor[] tangents, Call call) {
    return null;
  }

  /**
   * The results for a batch of inputs, for {@code Autograd.vmap}: dimension 0 of a batched input
   * and of every result counts the examples. By default there is no such rule, and the operator is
   * applied to one example after the other. That the inputs of each example fit has been checked.
   *
   * @param size the number of examples, which is 0 for views only
   * @param batched which inputs are batched; the others are the same for all examples
   * @return null if there is no rule
   */
  default Tensor @Nullable [] vmap(int size, boolean[] batched, Tensor... in) {
    return null;
  }

  /**
   * Checks, allocates and computes; views, and operators whose shapes depend on the data, replace
   * it.
   *
   * @param residuals whether to compute the residuals as well, which follow the results
   */
  default Tensor[] evaluateAll(boolean residuals, Tensor... in) {
    List<Spec> results = results(in);
    List<Spec> more = residuals ? residuals(in) : List.of();
    Tensor[] out = new Tensor[results.size() + more.size()];
    for (int k = 0; k < out.length; k++) {
      boolean result = k < results.size();
      Spec spec = result ? results.get(k) : more.get(k - results.size());
      if (spec.shape() == null) {
        throw new AutogradException(
            "%s: the shape of result %d depends on the data; such an operator implements evaluateAll"
                .formatted(name(), k));
      }
      out[k] =
          !overwrites()
              ? Tensor.allocate(spec.shape(), spec.dtype())
              : result ? Tensor.empty(spec.shape(), spec.dtype()) : residual(spec);
    }
    forward(in, out);
    return out;
  }

  private static Tensor residual(Spec spec) {
    Shape shape = spec.known();
    return TensorAccess.tensor(
        ArrayStorage.residual(spec.dtype(), shape.size()), spec.dtype(), shape);
  }

  /** The results for these inputs, recorded if one of them requires gradients. */
  default Tensor[] applyAll(Tensor... in) {
    return Tensor.applyAll(this, in);
  }
}
