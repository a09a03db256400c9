package gradus.kernel.compile;

import java.util.Arrays;

/**
 * The dimensions of a call, brought into the order in which they are best walked.
 *
 * <p>Dimensions of size 1 are dropped, the others ordered by the stride of the first output,
 * largest first, walked so that it moves forwards, and merged where every operand allows it. The
 * last dimension is the columns, the one before it the rows.
 */
final class Layout {
  /** Not a set of moving arrays. */
  static final long NOT_FLAT = -1;

  /** The number of dimensions left, at least 2. */
  final int rank;

  final int[] sizes;

  /** By operand, then by dimension. */
  final int[][] strides;

  final int[] offsets;

  Layout(int[] sizes, int[] offsets, int[][] strides, int outputs) {
    int operands = strides.length;
    int[] order = order(sizes, strides[0]);
    int[] size = new int[order.length + 2];
    int[][] stride = new int[operands][];
    for (int k = 0; k < operands; k++) {
      stride[k] = new int[order.length + 2];
    }
    int[] start = offsets.clone();
    int r = 0;
    for (int d : order) {
      int sign = strides[0][d] < 0 ? -1 : 1;
      boolean merges = r > 0;
      for (int k = 0; k < operands; k++) {
        int s = sign * strides[k][d];
        start[k] += sign < 0 ? (sizes[d] - 1) * strides[k][d] : 0;
        stride[k][r] = s;
        merges = merges && stride[k][r - 1] == s * sizes[d];
      }
      if (merges) {
        size[r - 1] *= sizes[d];
        for (int k = 0; k < operands; k++) {
          stride[k][r - 1] = stride[k][r];
        }
      } else {
        size[r++] = sizes[d];
      }
    }
    // Fewer than two dimensions: rows, and columns, of size 1 in front.
    for (; r < 2; r++) {
      System.arraycopy(size, 0, size, 1, r);
      size[0] = 1;
      for (int k = 0; k < operands; k++) {
        System.arraycopy(stride[k], 0, stride[k], 1, r);
        stride[k][0] = 0;
      }
    }
    this.rank = r;
    this.sizes = Arrays.copyOf(size, r);
    this.strides = stride;
    this.offsets = start;
    chooseRows();
  }

  /** One row of n elements, along which each operand takes its step. */
  static Layout row(int n, int[] offsets, int[] steps, int outputs) {
    int[][] strides = new int[steps.length][];
    for (int k = 0; k < steps.length; k++) {
      strides[k] = new int[] {steps[k]};
    }
    return new Layout(new int[] {n}, offsets, strides, outputs);
  }

  /** The dimensions of more than one element, by falling stride. */
  private static int[] order(int[] sizes, int[] strides) {
    int[] order = new int[sizes.length];
    int n = 0;
    for (int d = 0; d < sizes.length; d++) {
      if (sizes[d] != 1) {
        int to = n++;
        for (; to > 0 && Math.abs(strides[order[to - 1]]) < Math.abs(strides[d]); to--) {
          order[to] = order[to - 1];
        }
        order[to] = d;
      }
    }
    return Arrays.copyOf(order, n);
  }

  /**
   * Makes rows of the dimension in which a transposed operand is contiguous, so that a tile of rows
   * and columns reads whole cache lines of it.
   */
  private void chooseRows() {
    int cols = rank - 1;
    for (int[] stride : strides) {
      if (Math.abs(stride[cols]) > 1) {
        for (int d = 0; d < cols - 1; d++) {
          if (Math.abs(stride[d]) == 1) {
            swap(d, cols - 1);
            return;
          }
        }
      }
    }
  }

  private void swap(int a, int b) {
    int size = sizes[a];
    sizes[a] = sizes[b];
    sizes[b] = size;
    for (int[] stride : strides) {
      int s = stride[a];
      stride[a] = stride[b];
      stride[b] = s;
    }
  }

  /** The stride of each operand in dimension d. */
  int[] steps(int d) {
    int[] steps = new int[strides.length];
    for (int k = 0; k < steps.length; k++) {
      steps[k] = strides[k][d];
    }
    return steps;
  }

  /**
   * If every array is row-major without gaps or a single element, so that the call is one row: bit
   * k tells whether array k moves. Otherwise, or with more than 62 arrays, {@link #NOT_FLAT}.
   */
  static long flat(int[] sizes, int[][] strides) {
    if (strides.length > 62) {
      return NOT_FLAT;
    }
    long moving = 0;
    for (int k = 0; k < strides.length; k++) {
      int[] stride = strides[k];
      boolean dense = true;
      boolean single = true;
      int expected = 1;
      for (int d = sizes.length - 1; d >= 0; d--) {
        if (sizes[d] != 1) {
          dense &= stride[d] == expected;
          single &= stride[d] == 0;
          expected *= sizes[d];
        }
      }
      if (dense) {
        moving |= 1L << k;
      } else if (!single) {
        return NOT_FLAT;
      }
    }
    return moving;
  }

  /** The pattern of column steps, or {@link #NOT_FLAT} if others than 0 and 1 are among them. */
  static long moving(int[] colStep) {
    long moving = 0;
    for (int k = 0; k < colStep.length; k++) {
      if (k > 62 || (colStep[k] & ~1) != 0) {
        return NOT_FLAT;
      }
      moving |= (long) colStep[k] << k;
    }
    return moving;
  }
}
