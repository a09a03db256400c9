package gradus.kernel.index;

/** Elements picked by index along one dimension (torch.gather, torch.index_select). */
public final class Gather {
  /** Slices at least this large are copied as slices. */
  private static final int SLICE = 16;

  private Gather() {}

  /**
   * {@code out[i, j, k] = x[i, index[i, j, k], k]}, here with dim = 1, for every multi-index below
   * {@code sizes}.
   *
   * @param sizes the sizes of index and out; without a dimension there is nothing to pick along
   * @param x an array of float, double, int, long or byte; out is of the same type
   * @param index an int[] or long[] whose values lie in x along {@code dim}, as {@link
   *     Indices#firstOutside} has shown
   */
  public static void run(
      int[] sizes,
      int dim,
      Object x,
      int xOffset,
      int[] xStrides,
      Object index,
      int indexOffset,
      int[] indexStrides,
      Object out,
      int outOffset,
      int[] outStrides) {
    if (new Dims(sizes, new int[0][]).count() == 0) {
      return;
    }
    int[] rest = without(sizes, dim);
    Dims slice = Dims.sorted(1, rest, without(xStrides, dim), without(outStrides, dim));
    if (slice.count() >= SLICE && sameForAll(rest, without(indexStrides, dim))) {
      Parts.run(
          sizes[dim],
          slice.count(),
          (begin, end) -> {
            for (int i = begin; i < end; i++) {
              int from = (int) Indices.get(index, indexOffset + i * indexStrides[dim]);
              Copy.box(
                  slice, x, xOffset + from * xStrides[dim], out, outOffset + i * outStrides[dim]);
            }
          });
      return;
    }
    int last = sizes.length - 1;
    int n = sizes[last];
    int[] picked = xStrides.clone();
    picked[dim] = 0;
    Dims rows = new Dims(sizes, new int[][] {picked, indexStrides, outStrides});
    Parts.run(
        rows.count(0, last),
        4L * n,
        (begin, end) -> {
          int[] places = new int[n];
          for (int r = begin; r < end; r++) {
            int base = xOffset + rows.offset(0, r, last);
            int at = indexOffset + rows.offset(1, r, last);
            Indices.places(
                index, at, indexStrides[last], n, base, xStrides[dim], picked[last], places);
            int put = outOffset + rows.offset(2, r, last);
            Elements.pick(x, places, n, out, put, outStrides[last]);
          }
        });
  }

  /**
   * {@code out[i, j, k] = x[i, index[j], k]}, here with dim = 1.
   *
   * @param indexStride from one index to the next
   */
  public static void slices(
      int[] sizes,
      int dim,
      Object x,
      int xOffset,
      int[] xStrides,
      Object index,
      int indexOffset,
      int indexStride,
      Object out,
      int outOffset,
      int[] outStrides) {
    int[] strides = new int[sizes.length];
    strides[dim] = indexStride;
    run(sizes, dim, x, xOffset, xStrides, index, indexOffset, strides, out, outOffset, outStrides);
  }

  private static int[] without(int[] of, int dim) {
    int[] rest = new int[of.length - 1];
    System.arraycopy(of, 0, rest, 0, dim);
    System.arraycopy(of, dim + 1, rest, dim, rest.length - dim);
    return rest;
  }

  private static boolean sameForAll(int[] sizes, int[] strides) {
    for (int d = 0; d < sizes.length; d++) {
      if (sizes[d] > 1 && strides[d] != 0) {
        return false;
      }
    }
    return true;
  }
}
