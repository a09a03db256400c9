package gradus.op;

import gradus.DType;
import gradus.Shape;
import gradus.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A differentiable operation with one result: the short form of {@link Primitive}. */
public interface Op extends Primitive {
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

  /** Computes the result into {@code out}, as {@link Primitive#forward} does. */
  void forward(Tensor[] in, Tensor out);

  /**
   * The gradient with respect to input {@code i}, given the gradient {@code g} of the result, as
   * {@link Primitive#vjp} says. Null means zero: nothing flows to this input.
   *
   * @param g has the shape and type of the result
   * @param call the inputs and the result, as far as {@link #reads} named them
   */
  @Nullable Tensor vjp(int i, Tensor g, Call call);

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

  @Override
  default List<Spec> results(Tensor... in) {
    return List.of(Spec.of(shape(in), dtype(in)));
  }

  @Override
  default void forward(Tensor[] in, Tensor[] out) {
    forward(in, out[0]);
  }

  @Override
  default Tensor[] evaluateAll(boolean residuals, Tensor... in) {
    return new Tensor[] {evaluate(in)};
  }

  @Override
  default @Nullable Tensor[] vjp(boolean[] wanted, Gradients g, Call call) {
    Tensor only = g.of(0);
    @Nullable Tensor[] gradients = new Tensor[wanted.length];
    for (int i = 0; i < wanted.length; i++) {
      gradients[i] = wanted[i] && only != null ? vjp(i, only, call) : null;
    }
    return gradients;
  }
}
