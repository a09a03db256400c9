package gradus.op;

import gradus.DType;
import gradus.Shape;
import gradus.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A differentiable operation: its shape rule, its computation, its derivative.
 *
 * <p>An operator is a record whose components are its settings. Everything here is open to users;
 * the operators of this project have no privilege. Read in this order: {@link #shape} checks and
 * sizes, {@link #forward} computes, {@link #vjp} differentiates, {@link #reads} says what must be
 * kept for it.
 */
public interface Op {
  /** The name in messages and graphs: the record's, in lower camel case. */
  default String name() {
    String s = getClass().getSimpleName();
    return Character.toLowerCase(s.charAt(0)) + s.substring(1);
  }

  /**
   * The shape of the result.
   *
   * @throws gradus.ShapeException if the inputs do not fit, naming the operator, the shapes and the
   *     sizes that clash
   */
  Shape shape(Tensor... in);

  /**
   * The type of the result; by default the type to which the inputs promote.
   *
   * @throws gradus.DTypeException if the operator does not take such inputs
   */
  default DType dtype(Tensor... in) {
    return DType.promote(in);
  }

  /**
   * Computes the result into {@code out}, which is row-major and new, and zero unless {@link
   * #overwrites} says that it need not be. Records nothing.
   */
  void forward(Tensor[] in, Tensor out);

  /** Whether {@link #forward} writes every element of the result, whatever was there before. */
  default boolean overwrites() {
    return false;
  }

  /**
   * Vector-Jacobian product: the gradient with respect to input {@code i}, given the gradient
   * {@code g} of the result. Written with differentiable operators, so that it can be
   * differentiated again.
   *
   * <p>The result may have a shape that input i broadcasts to, or another floating type: the
   * backward pass sums and converts. Null means zero: nothing flows to this input.
   *
   * <p>g and the result belong to the pass, which uses their memory again: an operator that wants
   * to hold on to one of them keeps a copy.
   *
   * @param g has the shape and type of the result
   * @param call the inputs and the result, as far as {@link #reads} named them
   */
  @Nullable Tensor vjp(int i, Tensor g, Call call);

  /** What {@code vjp(i, ...)} looks at; the rest is free to go after the forward pass. */
  default Reads reads(int i) {
    return Reads.INPUTS;
  }

  /**
   * Tells an operator that is one application, and keeps more than the graph does, that the graph
   * is freed: its derivative is not asked for again.
   */
  default void freed() {}

  /** Checks, allocates and computes. Views and other operators with a shortcut replace it. */
  default Tensor evaluate(Tensor... in) {
    Shape shape = shape(in);
    DType dtype = dtype(in);
    Tensor out = overwrites() ? Tensor.empty(shape, dtype) : Tensor.allocate(shape, dtype);
    forward(in, out);
    return out;
  }

  /** The result for these inputs, recorded if one of them requires gradients. */
  default Tensor apply(Tensor... in) {
    return Tensor.apply(this, in);
  }
}
