package gradus.op.recurrent;

import gradus.Tensor;
import gradus.kernel.recurrent.Block;

/** Tensors as the kernels take them. */
final class Operands {
  private Operands() {}

  /** A tensor as a dense matrix; a copy if it does not lie as one. */
  static Block block(Tensor x, int rows, int cols) {
    Tensor dense = x.contiguous();
    return Block.dense(dense.storage().array(), dense.offset(), rows, cols);
  }
}
