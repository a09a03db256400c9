package gradus.op;

import gradus.Shape;
import gradus.Tensor;

/** One application of an operator, as its derivative sees it. */
public interface Call {
  /**
   * Input {@code i}.
   *
   * @throws IllegalStateException if {@link Op#reads} did not name it for the derivative at work
   * @throws gradus.AutogradException if it was changed in place since, or the graph was freed
   */
  Tensor in(int i);

  /** The result; throws as {@link #in} does. */
  Tensor out();

  /** The number of inputs. */
  int arity();

  /** The shape of input {@code i}: always known. */
  Shape shape(int i);

  /** The shape of the result: always known. */
  Shape shape();
}
