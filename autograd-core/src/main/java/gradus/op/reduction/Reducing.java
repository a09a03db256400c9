package gradus.op.reduction;

import gradus.Shape;
import gradus.Tensor;
import gradus.kernel.reduce.Fold;
import gradus.kernel.reduce.Reduce;
import gradus.op.Op;

/** An operator that folds dimensions of one tensor with {@link Fold}. */
interface Reducing extends Op {
  Axes axes();

  Fold fold();

  @Override
  default Shape shape(Tensor... in) {
    return axes().reduced(in[0].shape());
  }

  @Override
  default void forward(Tensor[] in, Tensor out) {
    Tensor x = in[0];
    int[] dims = x.shape().dims();
    int[] strides = x.strides();
    int[] dense = out.strides();
    Reduce.run(
        fold(),
        axes().pick(dims, false),
        axes().pick(dims, true),
        x.storage().array(),
        x.offset(),
        axes().pick(strides, false),
        axes().pick(strides, true),
        out.storage().array(),
        out.offset(),
        axes().keep() ? axes().pick(dense, false) : dense);
  }
}
