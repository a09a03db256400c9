package gradus.op.convolution;

import gradus.Shape;
import gradus.Tensor;
import gradus.op.Batches;
import gradus.op.Op;

/**
 * A batch of convolutions as a single one, of which the examples are more of one index. A
 * convolution has four: y[n, g o] is the sum over c of x[n, g c] w[g o, c], where n counts the
 * inputs, g the groups, o and c the output and input channels of a group.
 *
 * <p>Where two of x, w and y belong to the examples and the third is the same for all, it is the
 * index that only those two have; where all three do, it is g.
 *
 * @param index one of {@code n g o c}
 * @param size the number of examples
 * @param groups those of one example
 */
record Folding(char index, int size, int groups) {
  /** One of the three tensors, with its indices; the size counts its first dimension. */
  enum Operand {
    INPUT("ngc", 1, 'o'),
    KERNEL("goc", 2, 'n'),
    OUTPUT("ngo", 1, 'c');

    private final String indices;
    private final int first;
    private final char absent;

    Operand(String indices, int first, char absent) {
      this.indices = indices;
      this.first = first;
      this.absent = absent;
    }
  }

  /** Of a product of operands a and b, at least one of which is batched. */
  static Folding of(int size, int groups, Operand a, Operand b, boolean... batched) {
    return new Folding(!batched[1] ? b.absent : !batched[0] ? a.absent : 'g', size, groups);
  }

  /** The convolution of all examples. */
  Conv all(Conv one) {
    return index == 'g' ? one.withGroups(size * groups) : one;
  }

  /** The shape for all examples, given that of one. */
  Shape all(Operand operand, Shape one) {
    int dim = operand.indices.indexOf(index) < operand.first ? 0 : 1;
    return one.with(dim, size * one.dim(dim));
  }

  /**
   * The results for a batch.
   *
   * @param all the operator for all examples, of operands a and b and others that it takes as they
   *     are, to {@code result}
   */
  Tensor run(Op all, Operand a, Operand b, Operand result, boolean[] batched, Tensor... in) {
    Tensor[] folded = in.clone();
    folded[0] = batched[0] ? fold(a, in[0]) : in[0];
    folded[1] = batched[1] ? fold(b, in[1]) : in[1];
    return unfold(result, all.apply(folded));
  }

  /** The examples of a batch, [size, ...], as one operand. */
  private Tensor fold(Operand operand, Tensor batch) {
    Shape one = batch.shape().remove(0);
    Tensor split = batch.reshape(split(operand, one).insert(0, size).dims());
    return Batches.moved(split, 0, operand.indices.indexOf(index))
        .reshape(all(operand, one).dims());
  }

  /** What was computed of all examples as a batch of them, [size, ...]. */
  private Tensor unfold(Operand operand, Tensor all) {
    int at = operand.indices.indexOf(index);
    int dim = at < operand.first ? 0 : 1;
    Shape one = all.shape().with(dim, all.size(dim) / size);
    Tensor split = all.reshape(split(operand, one).insert(at, size).dims());
    return Batches.moved(split, at, 0).reshape(one.insert(0, size));
  }

  /** With a dimension for each of the three indices. */
  private Shape split(Operand operand, Shape one) {
    int dim = operand == Operand.KERNEL ? 0 : 1;
    return one.with(dim, one.dim(dim) / groups).insert(dim, groups);
  }
}
