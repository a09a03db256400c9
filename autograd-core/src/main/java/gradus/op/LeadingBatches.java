package gradus.op;

import gradus.Tensor;

/** An operator whose leading dimensions are batches: examples are one more, of all inputs alike. */
public interface LeadingBatches extends Primitive {
  @Override
  default Tensor[] vmap(int size, boolean[] batched, Tensor... in) {
    return applyAll(in.length == 1 ? in : Batches.expanded(size, batched, in));
  }
}
