package gradus.op.reduction;

import gradus.Shape;
import gradus.Tensor;
import gradus.kernel.array.Strided;
import java.util.Arrays;

/**
 * Which dimensions a reduction folds away.
 *
 * @param mask bit d stands for dimension d
 * @param keep whether they stay with size 1: {@code keepdim}
 */
public record Axes(long mask, boolean keep) {
  /**
   * These dimensions of a tensor, negative ones from the end; none means all. A single number has
   * dimension 0, or -1, to reduce.
   */
  public static Axes of(String operator, Shape shape, boolean keep, int... dims) {
    long mask = dims.length == 0 ? (1L << shape.rank()) - 1 : 0;
    if (shape.rank() == 0 && dims.length == 1 && (dims[0] == 0 || dims[0] == -1)) {
      return new Axes(0, keep);
    }
    for (int d : dims) {
      long bit = 1L << shape.axis(operator, d);
      if ((mask & bit) != 0) {
        throw new IllegalArgumentException(
            "%s: dimension %d of %s is named twice".formatted(operator, d, shape));
      }
      mask |= bit;
    }
    return new Axes(mask, keep);
  }

  /** The same of every example of a batch: its dimensions come after that of the examples. */
  public Axes ofExamples() {
    return new Axes(mask << 1, keep);
  }

  /** Whether dimension {@code d} is folded. */
  public boolean folds(int d) {
    return (mask >>> d & 1) != 0;
  }

  /** The shape of the result. */
  public Shape reduced(Shape shape) {
    return keep ? kept(shape) : Shape.of(pick(shape.dims(), false));
  }

  /** The shape with folded dimensions of size 1. */
  public Shape kept(Shape shape) {
    int[] dims = shape.dims();
    for (int d = 0; d < dims.length; d++) {
      dims[d] = folds(d) ? 1 : dims[d];
    }
    return Shape.of(dims);
  }

  /** How many elements are folded into one. */
  public int count(Shape shape) {
    int n = 1;
    for (int d : pick(shape.dims(), true)) {
      n *= d;
    }
    return n;
  }

  /** A result, or its gradient, with the folded dimensions put back as size 1: it broadcasts. */
  public Tensor restore(Tensor y, Shape shape) {
    return y.reshape(kept(shape).dims());
  }

  /** A view with the dimensions that stay in front of those that are folded, as kernels take it. */
  public Strided split(Strided x) {
    int[] order = new int[x.rank()];
    int n = 0;
    for (boolean folded : new boolean[] {false, true}) {
      for (int d = 0; d < order.length; d++) {
        if (folds(d) == folded) {
          order[n++] = d;
        }
      }
    }
    return x.permuted(order);
  }

  /** How many of {@code rank} dimensions stay. */
  public int staying(int rank) {
    return rank - Long.bitCount(mask & (1L << rank) - 1);
  }

  /** A result without the folded dimensions that it may have kept. */
  public Strided result(Strided y) {
    return keep ? split(y).leading(staying(y.rank())) : y;
  }

  /** The entries of folded dimensions, or of the others. */
  public int[] pick(int[] values, boolean folded) {
    int[] picked = new int[values.length];
    int n = 0;
    for (int d = 0; d < values.length; d++) {
      if (folds(d) == folded) {
        picked[n++] = values[d];
      }
    }
    return Arrays.copyOf(picked, n);
  }
}
