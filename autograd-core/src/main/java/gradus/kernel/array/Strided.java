package gradus.kernel.array;

import gradus.kernel.threads.Scratch;
import java.util.Arrays;

/**
 * A strided view of an array, the form in which kernels take tensors: element {@code [i, j, ...]}
 * lies at {@code offset + i * strides[0] + j * strides[1] + ...}. A stride of 0 repeats an element,
 * which is how operands broadcast; a negative one walks backwards.
 *
 * <p>A view is a description: making one copies no elements, and nothing is checked. Sizes and
 * strides may be shared between views and with the shape of a tensor, so they are read only.
 * Dimensions may be counted from the end by negative numbers.
 *
 * @param array a float[], double[], int[], long[] or byte[]; declared as an object so that memory
 *     outside of the heap can take its place
 * @param offset the index of the first element
 */
public record Strided(Object array, int offset, int[] sizes, int[] strides) {

  /** A row-major view without gaps. */
  public static Strided dense(Object array, int offset, int... sizes) {
    return new Strided(array, offset, sizes, rowMajor(sizes));
  }

  /** A view of one dimension. */
  public static Strided vector(Object array, int offset, int size, int stride) {
    return new Strided(array, offset, new int[] {size}, new int[] {stride});
  }

  /** A view of two dimensions. */
  public static Strided matrix(
      Object array, int offset, int rows, int columns, int rowStride, int columnStride) {
    return new Strided(
        array, offset, new int[] {rows, columns}, new int[] {rowStride, columnStride});
  }

  /**
   * A dense view of a work array on loan from {@link Scratch}, with arbitrary elements of the type
   * of those in {@code like}; {@link #release} ends the loan.
   */
  public static Strided scratch(Object like, int... sizes) {
    return dense(Scratch.like(like, count(sizes)), 0, sizes);
  }

  /** Gives the array of {@link #scratch} back. */
  public void release() {
    Scratch.release(array);
  }

  /** The strides of a row-major array of these sizes. */
  public static int[] rowMajor(int... sizes) {
    int[] strides = new int[sizes.length];
    int stride = 1;
    for (int d = sizes.length - 1; d >= 0; d--) {
      strides[d] = stride;
      stride *= sizes[d];
    }
    return strides;
  }

  private static int count(int[] sizes) {
    int n = 1;
    for (int size : sizes) {
      n = Math.multiplyExact(n, size);
    }
    return n;
  }

  // --- what it describes ---

  /** The number of dimensions. */
  public int rank() {
    return sizes.length;
  }

  /** The size of a dimension. */
  public int size(int d) {
    return sizes[d < 0 ? d + sizes.length : d];
  }

  /** The distance in the array between neighbours along a dimension. */
  public int stride(int d) {
    return strides[d < 0 ? d + strides.length : d];
  }

  /** The number of elements. */
  public int count() {
    return count(0, sizes.length);
  }

  /** The number of positions over the dimensions from {@code from} to before {@code to}. */
  public int count(int from, int to) {
    int n = 1;
    for (int d = from; d < to; d++) {
      n *= sizes[d];
    }
    return n;
  }

  /** The size of the innermost dimension, 1 if there is none. */
  public int innerSize() {
    return sizes.length == 0 ? 1 : sizes[sizes.length - 1];
  }

  /** The stride of the innermost dimension, 1 if there is none. */
  public int innerStride() {
    return strides.length == 0 ? 1 : strides[strides.length - 1];
  }

  /** The index in the array of an element of a matrix. */
  public int at(int i, int j) {
    return offset + i * strides[0] + j * strides[1];
  }

  /** The index in the array of the element with this row-major number. */
  public int at(int position) {
    return offset + distance(position, sizes.length);
  }

  /**
   * How far from the first element the position with this row-major number lies, counting only the
   * dimensions before {@code end}.
   */
  public int distance(int position, int end) {
    int distance = 0;
    for (int d = end - 1; d >= 0; d--) {
      distance += position % sizes[d] * strides[d];
      position /= sizes[d];
    }
    return distance;
  }

  // --- other views of the same array ---

  /** The same layout from another index on. */
  public Strided from(int index) {
    return new Strided(array, index, sizes, strides);
  }

  /** Part of a dimension: {@code n} positions from {@code first} on. */
  public Strided narrow(int dim, int first, int n) {
    int d = dim < 0 ? dim + sizes.length : dim;
    if (n == sizes[d] && first == 0) {
      return this;
    }
    int[] narrowed = sizes.clone();
    narrowed[d] = n;
    return new Strided(array, offset + first * strides[d], narrowed, strides);
  }

  /** Some rows of a matrix, or positions of the first dimension. */
  public Strided rows(int first, int n) {
    return narrow(0, first, n);
  }

  /** Some columns of a matrix. */
  public Strided columns(int first, int n) {
    return narrow(1, first, n);
  }

  /** The columns of a matrix in {@code n} parts of equal width. */
  public Strided[] chunks(int n) {
    Strided[] parts = new Strided[n];
    int width = sizes[1] / n;
    parts[0] = columns(0, width);
    for (int k = 1; k < n; k++) {
      parts[k] = parts[0].from(offset + k * width * strides[1]);
    }
    return parts;
  }

  /** One index of a dimension, which goes. */
  public Strided select(int dim, int index) {
    int d = dim < 0 ? dim + sizes.length : dim;
    return new Strided(array, offset + index * strides[d], without(sizes, d), without(strides, d));
  }

  private static int[] without(int[] of, int d) {
    int[] rest = new int[of.length - 1];
    System.arraycopy(of, 0, rest, 0, d);
    System.arraycopy(of, d + 1, rest, d, rest.length - d);
    return rest;
  }

  /** The dimensions in another order: dimension {@code order[d]} becomes dimension d. */
  public Strided permuted(int... order) {
    boolean moved = order.length != sizes.length;
    for (int d = 0; d < order.length; d++) {
      moved |= order[d] != d;
    }
    return moved ? new Strided(array, offset, pick(sizes, order), pick(strides, order)) : this;
  }

  /** These entries, in this order. */
  static int[] pick(int[] of, int[] order) {
    int[] picked = new int[order.length];
    for (int d = 0; d < picked.length; d++) {
      picked[d] = of[order[d]];
    }
    return picked;
  }

  /** One dimension moved behind all others. */
  public Strided last(int dim) {
    int[] order = new int[sizes.length];
    for (int d = 0; d < order.length - 1; d++) {
      order[d] = d < dim ? d : d + 1;
    }
    order[order.length - 1] = dim;
    return permuted(order);
  }

  /** The last two dimensions exchanged. */
  public Strided transposed() {
    int last = sizes.length - 1;
    return new Strided(array, offset, swapped(sizes, last), swapped(strides, last));
  }

  private static int[] swapped(int[] of, int last) {
    int[] swapped = of.clone();
    swapped[last] = of[last - 1];
    swapped[last - 1] = of[last];
    return swapped;
  }

  /** The matrix of the last two dimensions that has this row-major number among all of them. */
  public Strided matrix(int number) {
    int r = sizes.length - 2;
    return matrix(
        array, offset + distance(number, r), sizes[r], sizes[r + 1], strides[r], strides[r + 1]);
  }

  /** How many matrices the last two dimensions make. */
  public int matrices() {
    return count(0, sizes.length - 2);
  }

  /** The first dimensions, as many as {@code n}, at the first position of the others. */
  public Strided leading(int n) {
    return new Strided(array, offset, Arrays.copyOf(sizes, n), Arrays.copyOf(strides, n));
  }

  /** The dimensions from {@code n} on, at the first position of those before. */
  public Strided trailing(int n) {
    int rank = sizes.length;
    return new Strided(
        array, offset, Arrays.copyOfRange(sizes, n, rank), Arrays.copyOfRange(strides, n, rank));
  }

  /** The lines along the last dimension as rows of one matrix; all are equally far apart. */
  public Strided lines() {
    int n = sizes.length;
    if (n == 2) {
      return this;
    }
    int stride = n < 2 ? 0 : strides[n - 2];
    return matrix(array, offset, count(0, n - 1), sizes[n - 1], stride, strides[n - 1]);
  }

  /** One more dimension, behind all others. */
  public Strided inner(int size, int stride) {
    int rank = sizes.length;
    int[] more = Arrays.copyOf(sizes, rank + 1);
    int[] steps = Arrays.copyOf(strides, rank + 1);
    more[rank] = size;
    steps[rank] = stride;
    return new Strided(array, offset, more, steps);
  }

  /** One more dimension, in front of all others. */
  public Strided outer(int size, int stride) {
    int rank = sizes.length;
    int[] more = new int[rank + 1];
    int[] steps = new int[rank + 1];
    more[0] = size;
    steps[0] = stride;
    System.arraycopy(sizes, 0, more, 1, rank);
    System.arraycopy(strides, 0, steps, 1, rank);
    return new Strided(array, offset, more, steps);
  }

  /** Broadcast to these sizes: new dimensions come first, and dimensions of size 1 repeat. */
  public Strided expand(int... to) {
    return Arrays.equals(sizes, to)
        ? this
        : new Strided(array, offset, to, expanded(sizes, strides, to));
  }

  /** The strides by which these sizes broadcast to others. */
  public static int[] expanded(int[] sizes, int[] strides, int... to) {
    int[] expanded = new int[to.length];
    int lead = to.length - sizes.length;
    for (int d = 0; d < sizes.length; d++) {
      expanded[lead + d] = sizes[d] == to[lead + d] ? strides[d] : 0;
    }
    return expanded;
  }

  // --- loops over several views ---

  /**
   * Views of one shape with as few dimensions as serve all of them: dimensions of size 1 vanish,
   * neighbours that every view steps through evenly become one, the order of iteration stays.
   */
  public static Strided[] merged(Strided... views) {
    int[] sizes = views[0].sizes;
    int[] n = new int[sizes.length];
    int[][] s = new int[views.length][sizes.length];
    int rank = 0;
    for (int d = 0; d < sizes.length; d++) {
      if (sizes[d] == 1) {
        continue;
      }
      boolean continues = rank > 0 && sizes[d] != 0 && n[rank - 1] != 0;
      for (int a = 0; a < s.length && continues; a++) {
        continues = s[a][rank - 1] == views[a].strides[d] * sizes[d];
      }
      rank -= continues ? 1 : 0;
      n[rank] = continues ? n[rank] * sizes[d] : sizes[d];
      for (int a = 0; a < s.length; a++) {
        s[a][rank] = views[a].strides[d];
      }
      rank++;
    }
    int[] merged = Arrays.copyOf(n, rank);
    Strided[] result = new Strided[views.length];
    for (int a = 0; a < result.length; a++) {
      result[a] = new Strided(views[a].array, views[a].offset, merged, Arrays.copyOf(s[a], rank));
    }
    return result;
  }

  /**
   * As {@link #merged}, in any order: view {@code lead} is walked through with falling strides, so
   * that its smallest steps are innermost; dimensions along which it repeats are outermost.
   */
  public static Strided[] sorted(int lead, Strided... views) {
    int[] strides = views[lead].strides;
    int[] order = new int[strides.length];
    for (int d = 0; d < order.length; d++) {
      int at = d;
      while (at > 0 && weight(strides[order[at - 1]]) < weight(strides[d])) {
        order[at] = order[at - 1];
        at--;
      }
      order[at] = d;
    }
    Strided[] permuted = new Strided[views.length];
    for (int a = 0; a < permuted.length; a++) {
      permuted[a] = views[a].permuted(order);
    }
    return merged(permuted);
  }

  private static int weight(int stride) {
    return stride == 0 ? Integer.MAX_VALUE : Math.abs(stride);
  }
}
