package gradus.kernel.index;

import java.util.Arrays;

/**
 * A loop nest over several arrays, outermost dimension first: its sizes, and for each array its
 * strides.
 *
 * <p>The static methods simplify: dimensions of size 1 vanish, neighbours that every array steps
 * through evenly become one, and (only where the caller does not care about the order of its
 * iterations) dimensions are sorted.
 */
public record Dims(int[] sizes, int[][] strides) {

  /** The nest without dimensions of size 1, neighbours merged, the order of iteration unchanged. */
  public static Dims merged(int[] sizes, int[]... strides) {
    int[] n = new int[sizes.length];
    int[][] s = new int[strides.length][];
    for (int a = 0; a < s.length; a++) {
      s[a] = new int[sizes.length];
    }
    int rank = 0;
    for (int d = 0; d < sizes.length; d++) {
      if (sizes[d] == 1) {
        continue;
      }
      if (rank > 0 && continues(n[rank - 1], s, rank - 1, strides, d, sizes[d])) {
        rank--;
        n[rank] *= sizes[d];
      } else {
        n[rank] = sizes[d];
      }
      for (int a = 0; a < s.length; a++) {
        s[a][rank] = strides[a][d];
      }
      rank++;
    }
    for (int a = 0; a < s.length; a++) {
      s[a] = Arrays.copyOf(s[a], rank);
    }
    return new Dims(Arrays.copyOf(n, rank), s);
  }

  private static boolean continues(
      int outerSize, int[][] outer, int at, int[][] inner, int d, int size) {
    if (size == 0 || outerSize == 0) {
      return false;
    }
    for (int a = 0; a < inner.length; a++) {
      if (outer[a][at] != inner[a][d] * size) {
        return false;
      }
    }
    return true;
  }

  /**
   * The simplest nest that visits the same positions in any order: array {@code lead} is walked
   * through with falling strides, so that its smallest steps are innermost; what it does not step
   * through (stride 0) is outermost.
   */
  public static Dims sorted(int lead, int[] sizes, int[]... strides) {
    int rank = sizes.length;
    int[] order = new int[rank];
    for (int d = 0; d < rank; d++) {
      int at = d;
      while (at > 0 && weight(strides[lead][order[at - 1]]) < weight(strides[lead][d])) {
        order[at] = order[at - 1];
        at--;
      }
      order[at] = d;
    }
    int[][] s = new int[strides.length][];
    for (int a = 0; a < s.length; a++) {
      s[a] = pick(strides[a], order);
    }
    return merged(pick(sizes, order), s);
  }

  private static int weight(int stride) {
    return stride == 0 ? Integer.MAX_VALUE : Math.abs(stride);
  }

  private static int[] pick(int[] of, int[] order) {
    int[] picked = new int[order.length];
    for (int d = 0; d < picked.length; d++) {
      picked[d] = of[order[d]];
    }
    return picked;
  }

  /** The strides of a row-major array of these sizes. */
  public static int[] dense(int[] sizes) {
    int[] strides = new int[sizes.length];
    int stride = 1;
    for (int d = sizes.length - 1; d >= 0; d--) {
      strides[d] = stride;
      stride *= sizes[d];
    }
    return strides;
  }

  public int rank() {
    return sizes.length;
  }

  /** How many positions the dimensions from {@code from} (inclusive) to {@code to} have. */
  public int count(int from, int to) {
    int n = 1;
    for (int d = from; d < to; d++) {
      n *= sizes[d];
    }
    return n;
  }

  /** How many positions the nest has. */
  public int count() {
    return count(0, rank());
  }

  /**
   * Where in array {@code a} the position with row-major number {@code position} lies, counting
   * only the dimensions before {@code end}.
   */
  public int offset(int a, int position, int end) {
    int offset = 0;
    for (int d = end - 1; d >= 0; d--) {
      offset += position % sizes[d] * strides[a][d];
      position /= sizes[d];
    }
    return offset;
  }

  /** The size of the innermost dimension, 1 if there is none. */
  public int innerSize() {
    return sizes.length == 0 ? 1 : sizes[sizes.length - 1];
  }

  /** The stride of array {@code a} in the innermost dimension, 1 if there is none. */
  public int innerStride(int a) {
    return sizes.length == 0 ? 1 : strides[a][sizes.length - 1];
  }
}
