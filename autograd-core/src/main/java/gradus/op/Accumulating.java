package gradus.op;

import gradus.Tensor;

/**
 * An operator that can add its derivative to a gradient in place, without making a tensor for it.
 * What its {@code vjp} returns is new memory, which the pass goes on to add to.
 */
public interface Accumulating extends Op {
  /**
   * Adds {@code vjp(i, g, call)} to {@code sum}. The backward pass asks when an input has a
   * gradient already and nothing is recorded.
   *
   * @param sum has the shape of input i, is row-major, and is changed
   */
  void addVjp(int i, Tensor g, Call call, Tensor sum);

  /** The same as an operation that can be recorded, with the same bits. */
  Tensor plusVjp(int i, Tensor g, Call call, Tensor sum);
}
