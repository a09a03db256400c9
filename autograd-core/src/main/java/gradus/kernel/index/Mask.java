package gradus.kernel.index;

/** Selection by a byte[] mask, in which everything but 0 means yes (torch.masked_select). */
public final class Mask {
  private Mask() {}

  /** How many elements are selected. */
  public static int count(int[] sizes, byte[] mask, int offset, int[] strides) {
    int last = sizes.length - 1;
    Dims dims = new Dims(sizes, new int[][] {strides});
    int n = dims.innerSize();
    int step = dims.innerStride(0);
    int count = 0;
    for (int r = 0; r < dims.count(0, Math.max(0, last)); r++) {
      int at = offset + dims.offset(0, r, last);
      for (int j = 0; j < n; j++) {
        count += mask[at + j * step] != 0 ? 1 : 0;
      }
    }
    return count;
  }

  /** The row-major positions of the selected elements, rising. */
  public static int[] positions(int[] sizes, byte[] mask, int offset, int[] strides) {
    int[] positions = new int[count(sizes, mask, offset, strides)];
    int[] dense = new int[sizes.length];
    int stride = 1;
    for (int d = sizes.length - 1; d >= 0; d--) {
      dense[d] = stride;
      stride *= sizes[d];
    }
    each(
        sizes,
        mask,
        offset,
        strides,
        0,
        dense,
        (places, n, done) -> System.arraycopy(places, 0, positions, done, n));
    return positions;
  }

  /** The index for each dimension of row-major positions, one after the other. */
  public static void indices(int[] sizes, int[] positions, long[] out) {
    int rank = sizes.length;
    for (int k = 0; k < positions.length; k++) {
      int rest = positions[k];
      for (int d = rank - 1; d >= 0; d--) {
        out[k * rank + d] = rest % sizes[d];
        rest /= sizes[d];
      }
    }
  }

  /** The selected elements of x, in row-major order, from {@code out[outOffset]} on. */
  public static void select(
      int[] sizes,
      byte[] mask,
      int maskOffset,
      int[] maskStrides,
      Object x,
      int xOffset,
      int[] xStrides,
      Object out,
      int outOffset) {
    each(
        sizes,
        mask,
        maskOffset,
        maskStrides,
        xOffset,
        xStrides,
        (places, n, done) -> Elements.pick(x, places, n, out, outOffset + done, 1));
  }

  /**
   * Puts the elements from {@code src[srcOffset]} on into the selected places of out, in row-major
   * order, and leaves the others: the adjoint of {@link #select}.
   */
  public static void put(
      int[] sizes,
      byte[] mask,
      int maskOffset,
      int[] maskStrides,
      Object src,
      int srcOffset,
      Object out,
      int outOffset,
      int[] outStrides) {
    each(
        sizes,
        mask,
        maskOffset,
        maskStrides,
        outOffset,
        outStrides,
        (places, n, done) -> Elements.put(src, srcOffset + done, places, n, out));
  }

  @FunctionalInterface
  private interface Selected {
    /** The places of n selected elements, {@code done} having gone before. */
    void accept(int[] places, int n, int done);
  }

  private static void each(
      int[] sizes, byte[] mask, int mo, int[] ms, int offset, int[] strides, Selected action) {
    int last = sizes.length - 1;
    Dims dims = new Dims(sizes, new int[][] {ms, strides});
    int length = dims.innerSize();
    int[] places = new int[length];
    int done = 0;
    for (int r = 0; r < dims.count(0, Math.max(0, last)); r++) {
      int at = mo + dims.offset(0, r, last);
      int base = offset + dims.offset(1, r, last);
      int n = 0;
      for (int j = 0; j < length; j++) {
        if (mask[at + j * dims.innerStride(0)] != 0) {
          places[n++] = base + j * dims.innerStride(1);
        }
      }
      action.accept(places, n, done);
      done += n;
    }
  }
}
