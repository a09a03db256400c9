package gradus.op;

import gradus.Tensor;
import org.jspecify.annotations.Nullable;

/** An operator whose gradients share work: the backward pass asks for all of them at once. */
public interface Joint extends Op {
  /**
   * The gradients of the inputs together: entry i is {@link #vjp} of input i.
   *
   * @param wanted which ones are; the others may be null
   */
  default @Nullable Tensor[] vjps(boolean[] wanted, Tensor g, Call call) {
    @Nullable Tensor[] gradients = new Tensor[wanted.length];
    for (int i = 0; i < wanted.length; i++) {
      gradients[i] = wanted[i] ? vjp(i, g, call) : null;
    }
    return gradients;
  }
}
