package gradus.kernel.index;

/**
 * Sums by index along one dimension: the adjoint of {@link Gather} (torch.scatter_add, index_add).
 */
public final class ScatterAdd {
  /** Rows are cut into pieces no shorter than this. */
  private static final int STRETCH = 64;

  private ScatterAdd() {}

  /**
   * {@code out[i, index[i, j, k], k] += src[i, j, k]}, here with dim = 1, for every multi-index
   * below {@code sizes}. What falls into one place is added in the order of j.
   *
   * @param sizes the sizes of src and index
   * @param src an array of float, double, int or long; out is of the same type
   * @param index an int[] or long[] whose values lie in out along {@code dim}, as {@link
   *     Indices#firstOutside} has shown
   */
  public static void run(
      int[] sizes,
      int dim,
      Object src,
      int srcOffset,
      int[] srcStrides,
      Object index,
      int indexOffset,
      int[] indexStrides,
      Object out,
      int outOffset,
      int[] outStrides) {
    int[] placed = outStrides.clone();
    placed[dim] = 0;
    Dims dims = new Dims(sizes, new int[][] {srcStrides, indexStrides, placed});
    if (dims.count() == 0) {
      return;
    }
    // Different positions in any other dimension mean different places, so one of those is cut.
    int cut = dim == 0 ? sizes.length - 1 : 0;
    for (int d = 0; d < sizes.length; d++) {
      if (d != dim && sizes[d] > sizes[cut]) {
        cut = d;
      }
    }
    int at = cut;
    if (at == dim) { // the only dimension
      stretch(dims, dim, src, srcOffset, index, indexOffset, out, outOffset, outStrides[dim]);
      return;
    }
    int width = at == sizes.length - 1 ? STRETCH : 1;
    int units = Math.ceilDiv(sizes[at], width);
    Parts.run(
        units,
        4L * dims.count() / units,
        (first, last) -> {
          int begin = first * width;
          int[] part = sizes.clone();
          part[at] = Math.min(sizes[at], last * width) - begin;
          stretch(
              new Dims(part, dims.strides()),
              dim,
              src,
              srcOffset + begin * srcStrides[at],
              index,
              indexOffset + begin * indexStrides[at],
              out,
              outOffset + begin * outStrides[at],
              outStrides[dim]);
        });
  }

  /**
   * {@code out[i, index[j], k] += src[i, j, k]}, here with dim = 1.
   *
   * @param indexStride from one index to the next
   */
  public static void slices(
      int[] sizes,
      int dim,
      Object src,
      int srcOffset,
      int[] srcStrides,
      Object index,
      int indexOffset,
      int indexStride,
      Object out,
      int outOffset,
      int[] outStrides) {
    int[] strides = new int[sizes.length];
    strides[dim] = indexStride;
    run(
        sizes,
        dim,
        src,
        srcOffset,
        srcStrides,
        index,
        indexOffset,
        strides,
        out,
        outOffset,
        outStrides);
  }

  private static void stretch(
      Dims dims, int dim, Object src, int so, Object index, int io, Object out, int oo, int scale) {
    int last = dims.rank() - 1;
    int n = dims.sizes()[last];
    int rows = dims.count(0, last);
    boolean together = dim != last && dims.innerStride(1) == 0;
    int[] places = new int[together ? 0 : n];
    for (int r = 0; r < rows; r++) {
      int from = so + dims.offset(0, r, last);
      int at = io + dims.offset(1, r, last);
      int base = oo + dims.offset(2, r, last);
      if (together) {
        int to = base + (int) Indices.get(index, at) * scale;
        Elements.addRun(src, from, dims.innerStride(0), n, out, to, dims.innerStride(2));
      } else {
        Indices.places(index, at, dims.innerStride(1), n, base, scale, dims.innerStride(2), places);
        Elements.add(src, from, dims.innerStride(0), places, n, out);
      }
    }
  }
}
