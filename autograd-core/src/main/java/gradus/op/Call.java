package gradus.op;

import gradus.DType;
import gradus.Shape;
import gradus.Tensor;

/** One application of an operator, as its derivative sees it. */
public interface Call {
  /**
   * Input {@code i}.
   *
   * @throws IllegalStateException if {@link Primitive#reads} did not name it for the derivative at
   *     work
   * @throws gradus.AutogradException if it was changed in place since, or the graph was freed
   */
  Tensor in(int i);

  /** Result {@code k}; throws as {@link #in} does. */
  Tensor out(int k);

  /** Residual {@code k}; throws as {@link #in} does. */
  Tensor residual(int k);

  /** The first result; throws as {@link #in} does. */
  default Tensor out() {
    return out(0);
  }

  /** The number of inputs. */
  int arity();

  /** The shape of input {@code i}: always known. */
  Shape shape(int i);

  /** The shape of the first result: always known. */
  default Shape shape() {
    return outShape(0);
  }

  /** The shape of result {@code k}: always known. */
  Shape outShape(int k);

  /** The type of result {@code k}: always known. */
  DType outDtype(int k);

  /** All inputs. */
  default Tensor[] inputs() {
    Tensor[] in = new Tensor[arity()];
    for (int i = 0; i < in.length; i++) {
      in[i] = in(i);
    }
    return in;
  }
}
