package gradus.kernel.index;

import gradus.kernel.array.Strided;

/** Selection by a byte[] mask, in which everything but 0 means yes (torch.masked_select). */
public final class Mask {
  private Mask() {}

  /** How many elements are selected. */
  public static int count(Strided mask) {
    byte[] array = (byte[]) mask.array();
    int n = mask.innerSize();
    int step = mask.innerStride();
    int last = mask.rank() - 1;
    int count = 0;
    for (int r = 0; r < mask.count(0, last); r++) {
      int at = mask.offset() + mask.distance(r, last);
      for (int j = 0; j < n; j++) {
        count += array[at + j * step] != 0 ? 1 : 0;
      }
    }
    return count;
  }

  /** The row-major positions of the selected elements, rising. */
  public static int[] positions(Strided mask) {
    int[] positions = new int[count(mask)];
    Strided numbers = Strided.dense(mask.array(), 0, mask.sizes());
    each(mask, numbers, (places, n, done) -> System.arraycopy(places, 0, positions, done, n));
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

  /** The selected elements of x, which has the sizes of the mask, in row-major order. */
  public static void select(Strided mask, Strided x, Strided out) {
    each(
        mask,
        x,
        (places, n, done) ->
            Elements.pick(x.array(), places, n, out.array(), out.offset() + done, 1));
  }

  /**
   * Puts the elements of a vector into the selected places of out, in row-major order, and leaves
   * the others: the adjoint of {@link #select}.
   */
  public static void put(Strided mask, Strided source, Strided out) {
    each(
        mask,
        out,
        (places, n, done) ->
            Elements.put(source.array(), source.offset() + done, places, n, out.array()));
  }

  @FunctionalInterface
  private interface Selected {
    /** The places of n selected elements, {@code done} having gone before. */
    void accept(int[] places, int n, int done);
  }

  private static void each(Strided mask, Strided of, Selected action) {
    byte[] array = (byte[]) mask.array();
    int last = mask.rank() - 1;
    int length = mask.innerSize();
    int[] places = new int[length];
    int done = 0;
    for (int r = 0; r < mask.count(0, last); r++) {
      int at = mask.offset() + mask.distance(r, last);
      int base = of.offset() + of.distance(r, last);
      int n = 0;
      for (int j = 0; j < length; j++) {
        if (array[at + j * mask.innerStride()] != 0) {
          places[n++] = base + j * of.innerStride();
        }
      }
      action.accept(places, n, done);
      done += n;
    }
  }
}
