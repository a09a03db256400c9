package gradus.kernel.compile;

import gradus.kernel.array.Strided;
import java.util.Arrays;

/**
 * The dimensions of a call, brought into the order in which they are best walked.
 *
 * <p>Dimensions of size 1 are dropped, the others ordered by the stride of the first output,
 * largest first, walked so that it moves forwards, and merged where every operand allows it. The
 * last dimension is the columns, the one before it the rows; two of size 1 come first, for want of
 * others.
 */
final class Layout {
  /** Not a set of moving arrays. */
  static final long NOT_FLAT = -1;

  /** The most arrays of which one word tells which move. */
  private static final int MOST = 62;

  /** The number of dimensions, at least 2. */
  final int rank;

  final int[] sizes;

  /** By operand, then by dimension. */
  final int[][] strides;

  final int[] offsets;

  Layout(Strided... views) {
    Strided lead = views[0];
    int[] order = order(lead);
    sizes = new int[order.length + 2];
    strides = new int[views.length][];
    offsets = new int[views.length];
    sizes[0] = 1;
    sizes[1] = 1;
    for (int k = 0; k < views.length; k++) {
      offsets[k] = views[k].offset();
      strides[k] = new int[sizes.length];
    }
    int r = 2;
    for (int d : order) {
      int n = lead.size(d);
      boolean backwards = lead.stride(d) < 0;
      boolean merges = r > 2;
      for (int k = 0; k < views.length; k++) {
        int s = views[k].stride(d);
        offsets[k] += backwards ? (n - 1) * s : 0;
        strides[k][r] = backwards ? -s : s;
        merges = merges && strides[k][r - 1] == strides[k][r] * n;
      }
      if (merges) {
        sizes[r - 1] *= n;
        for (int[] stride : strides) {
          stride[r - 1] = stride[r];
        }
      } else {
        sizes[r++] = n;
      }
    }
    rank = r;
    chooseRows();
  }

  /** The dimensions of more than one element, by falling stride. */
  private static int[] order(Strided of) {
    int[] order = new int[of.rank()];
    int n = 0;
    for (int d = 0; d < order.length; d++) {
      if (of.size(d) != 1) {
        int to = n++;
        for (; to > 0 && Math.abs(of.stride(order[to - 1])) < Math.abs(of.stride(d)); to--) {
          order[to] = order[to - 1];
        }
        order[to] = d;
      }
    }
    return Arrays.copyOf(order, n);
  }

  /** Makes rows of the dimension in which a transposed operand is contiguous, if there is any. */
  private void chooseRows() {
    int cols = rank - 1;
    for (int[] stride : strides) {
      for (int d = 2; d < cols - 1 && Math.abs(stride[cols]) > 1; d++) {
        if (Math.abs(stride[d]) == 1) {
          swap(sizes, d, cols - 1);
          for (int[] each : strides) {
            swap(each, d, cols - 1);
          }
          return;
        }
      }
    }
  }

  private static void swap(int[] of, int a, int b) {
    int moved = of[a];
    of[a] = of[b];
    of[b] = moved;
  }

  /** Of each operand the steps to the next column and to the next row. */
  int[] steps() {
    int[] steps = new int[2 * strides.length];
    for (int k = 0; k < strides.length; k++) {
      steps[2 * k] = strides[k][rank - 1];
      steps[2 * k + 1] = strides[k][rank - 2];
    }
    return steps;
  }

  /**
   * If every array is row-major without gaps or a single element, so that the call is one row: bit
   * k tells whether array k moves. Otherwise, or with more arrays than bits, {@link #NOT_FLAT}.
   */
  static long flat(Strided... views) {
    if (views.length > MOST) {
      return NOT_FLAT;
    }
    int[] sizes = views[0].sizes();
    long moving = 0;
    for (int k = 0; k < views.length; k++) {
      int[] stride = views[k].strides();
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

  /** The pattern of such column steps, or {@link #NOT_FLAT} if not all are 0 or 1. */
  static long moving(int[] steps) {
    long moving = 0;
    for (int k = 0; k < steps.length / 2; k++) {
      int step = steps[2 * k];
      if (k > MOST || (step & ~1) != 0) {
        return NOT_FLAT;
      }
      moving |= (long) step << k;
    }
    return moving;
  }
}
