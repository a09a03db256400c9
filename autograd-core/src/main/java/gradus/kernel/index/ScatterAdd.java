package gradus.kernel.index;

import gradus.kernel.array.Strided;

/**
 * Sums by index along one dimension: the adjoint of {@link Gather} (torch.scatter_add, index_add).
 */
public final class ScatterAdd {
  /** Rows are cut into pieces no shorter than this. */
  private static final int STRETCH = 64;

  private ScatterAdd() {}

  /**
   * {@code out[i, index[i, j, k], k] += source[i, j, k]}, here with dim = 1, for every multi-index
   * of the source, but bytes. What falls into one place is added in the order of j.
   */
  public static void run(int dim, Strided source, Strided index, Strided out) {
    int count = source.count();
    if (count == 0) {
      return;
    }
    // Different positions in any other dimension mean different places, so one of those is cut.
    int last = source.rank() - 1;
    int cut = dim == 0 ? last : 0;
    for (int d = 0; d <= last; d++) {
      if (d != dim && source.size(d) > source.size(cut)) {
        cut = d;
      }
    }
    int at = cut;
    Strided placed = Indices.standing(dim, out, source.sizes());
    if (at == dim) { // the only dimension
      stretch(dim, source, index, placed, out.stride(dim));
      return;
    }
    int width = at == last ? STRETCH : 1;
    int units = Math.ceilDiv(source.size(at), width);
    Parts.run(
        units,
        4L * count / units,
        (first, end) -> {
          int begin = first * width;
          int n = Math.min(source.size(at), end * width) - begin;
          stretch(
              dim,
              source.narrow(at, begin, n),
              index.narrow(at, begin, n),
              placed.narrow(at, begin, n),
              out.stride(dim));
        });
  }

  /**
   * Adds a part by one thread.
   *
   * @param placed where each element of the source falls for index 0
   * @param scale from one index to the next
   */
  private static void stretch(int dim, Strided source, Strided index, Strided placed, int scale) {
    int last = source.rank() - 1;
    int n = source.size(last);
    int rows = source.count(0, last);
    int step = source.stride(last);
    boolean together = dim != last && index.stride(last) == 0;
    int[] places = new int[together ? 0 : n];
    for (int r = 0; r < rows; r++) {
      int from = source.offset() + source.distance(r, last);
      int at = index.offset() + index.distance(r, last);
      int base = placed.offset() + placed.distance(r, last);
      if (together) {
        int to = base + (int) Indices.get(index.array(), at) * scale;
        Elements.addRun(source.array(), from, step, n, placed.array(), to, placed.stride(last));
      } else {
        Indices.places(index, at, base, scale, placed.stride(last), places);
        Elements.add(source.array(), from, step, places, n, placed.array());
      }
    }
  }
}
