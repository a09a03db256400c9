package gradus.kernel.index;

import gradus.kernel.array.Strided;

/** Elements picked by index along one dimension (torch.gather, torch.index_select). */
public final class Gather {
  /** Slices at least this large are copied as slices. */
  private static final int SLICE = 16;

  private Gather() {}

  /**
   * {@code out[i, j, k] = x[i, index[i, j, k], k]}, here with dim = 1, for every multi-index of
   * {@code out}. An index that repeats over all other dimensions picks whole slices.
   */
  public static void run(int dim, Strided x, Strided index, Strided out) {
    if (out.count() == 0) {
      return;
    }
    Strided[] slice = Strided.sorted(0, out.select(dim, 0), x.select(dim, 0));
    if (slice[0].count() >= SLICE && Indices.repeats(index.select(dim, 0))) {
      slices(dim, slice, x, index, out);
      return;
    }
    int last = out.rank() - 1;
    int n = out.size(last);
    Strided picked = Indices.standing(dim, x, out.sizes());
    Parts.run(
        out.count(0, last),
        4L * n,
        (begin, end) -> {
          int[] places = new int[n];
          for (int r = begin; r < end; r++) {
            int base = picked.offset() + picked.distance(r, last);
            int at = index.offset() + index.distance(r, last);
            Indices.places(index, at, base, x.stride(dim), picked.stride(last), places);
            int put = out.offset() + out.distance(r, last);
            Elements.pick(x.array(), places, n, out.array(), put, out.stride(last));
          }
        });
  }

  private static void slices(int dim, Strided[] slice, Strided x, Strided index, Strided out) {
    Parts.run(
        out.size(dim),
        slice[0].count(),
        (begin, end) -> {
          for (int i = begin; i < end; i++) {
            int at = (int) Indices.get(index.array(), index.offset() + i * index.stride(dim));
            Copy.box(
                slice[1].from(x.offset() + at * x.stride(dim)),
                slice[0].from(out.offset() + i * out.stride(dim)));
          }
        });
  }
}
